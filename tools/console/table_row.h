/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_TABLE_ROW_H
#define CONSOLE_TABLE_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TABLE_ROW_SIZE = 2048 };

/*
 * A row of a table for people. Columns are as wide as they are in the heading; what is
 * longer pushes the rest to the right, as nothing is cut off.
 */
typedef struct table_row {
    char text[TABLE_ROW_SIZE];
    size_t length;
} table_row;

/* Adds a cell that is `width` characters wide at least, printable whatever it holds. */
void table_row_text(table_row *row, size_t width, const char *text);

/* Adds a number at the right of its cell. */
void table_row_number(table_row *row, size_t width, int64_t number);

/* The same with a word, for a heading. */
void table_row_right(table_row *row, size_t width, const char *text);

/* Prints it as a line of the result, without the blanks at its end. */
void table_row_print(const table_row *row);

#endif
