/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/file.h"
#include "diagnosis/examination.h"

enum { VENDOR_LIMIT = 256 };

static const char check[] = "platform";

static ent_platform_sign
recognise(const entitle_runtime *runtime)
{
    ent_platform_sign sign;
    ent_buffer vendor;

    ent_buffer_init(&vendor, runtime, VENDOR_LIMIT);
    if (ent_file_read("/sys/class/dmi/id/sys_vendor", &vendor, NULL) != ENTITLE_OK) {
        ent_buffer_clear(&vendor);
    }
    sign = ent_platform_recognise(runtime, ent_buffer_text(&vendor));
    ent_buffer_clear(&vendor);
    return sign;
}

/* Where a machine of one's own may be one that AWS takes MeterUsage from. */
static void
judge_machine(const ent_examination *examination, const ent_platform_sign *sign)
{
    entitle_diagnosis *diagnosis = examination->diagnosis;

    if (examination->route != ENTITLE_ROUTE_METER_USAGE) {
        ent_find_warning(
            diagnosis,
            check,
            "start it in a task or pod, or try it against entitle-sandbox",
            "neither ECS nor EKS, recognised by %s: here AWS answers RegisterUsage "
            "with PlatformNotSupportedException",
            sign->sign);
    } else if (sign->platform == ENT_PLATFORM_EC2) {
        ent_find_ok(diagnosis, check, "%s, recognised by %s", sign->name, sign->sign);
    } else {
        ent_find_warning(
            diagnosis,
            check,
            "start it in a task, in a pod or on an EC2 instance, or try it against "
            "entitle-sandbox",
            "none of ECS, EKS and EC2, recognised by %s: here AWS does not know whose "
            "MeterUsage it is",
            sign->sign);
    }
}

void
ent_examine_platform(ent_examination *examination)
{
    entitle_diagnosis *diagnosis = examination->diagnosis;
    const ent_platform_sign sign = recognise(examination->runtime);

    examination->platform = sign;
    diagnosis->platform = sign.name;
    switch (sign.platform) {
    case ENT_PLATFORM_ECS:
    case ENT_PLATFORM_FARGATE:
    case ENT_PLATFORM_EKS:
        ent_find_ok(diagnosis, check, "%s, recognised by %s", sign.name, sign.sign);
        return;
    case ENT_PLATFORM_KUBERNETES:
        ent_find_warning(
            diagnosis,
            check,
            "on EKS, give the pod's service account a role (entitle print "
            "kubernetes-pod); elsewhere AWS does not know the pod",
            "Kubernetes, recognised by %s, without "
            "the credentials that EKS gives to a pod",
            sign.sign);
        return;
    case ENT_PLATFORM_EC2:
    case ENT_PLATFORM_OTHER:
        break;
    }
    judge_machine(examination, &sign);
}
