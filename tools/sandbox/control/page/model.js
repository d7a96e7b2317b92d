// SPDX-License-Identifier: Apache-2.0
// What the page needs of GET state. No secret of it gets any further than here.

const time = (text) => (typeof text === "string" ? Date.parse(text) : null);

function productOf(product) {
  return {
    code: product.code,
    versions: (product.key_versions ?? []).map(({ version, rotated_at: rotatedAt }) =>
      ({ version, rotatedAt: time(rotatedAt) })),
  };
}

function subscriptionOf(subscription, identifiers) {
  return {
    product: subscription.product_code,
    account: subscription.customer,
    identifier: identifiers.get(subscription.customer) ?? subscription.customer,
    license: subscription.license_arn ?? null,
    isActive: subscription.subscribed === true,
    startsAt: time(subscription.starts_at),
    endsAt: time(subscription.ends_at),
    canEndLater: subscription.ends_at !== undefined,
  };
}

export function understand(state) {
  const identifiers = new Map(state.customers.map(({ account, identifier }) => [account, identifier]));
  const products = state.products ?? [{ code: state.product_code, key_versions: state.key_versions }];
  const subscriptions = state.subscriptions ??
    state.customers.map((one) => ({ ...one, customer: one.account, product_code: state.product_code }));
  return {
    region: state.region,
    seed: state.seed,
    clock: { now: Date.parse(state.clock.now), offset: state.clock.offset_s },
    products: products.map(productOf),
    subscriptions: subscriptions.map((one) => subscriptionOf(one, identifiers)),
    identity: { kind: state.identity.kind, name: state.identity.name },
    containers: state.containers.map(({ name }) => ({ name })),
    faults: state.faults,
  };
}
