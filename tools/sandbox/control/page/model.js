// SPDX-License-Identifier: Apache-2.0
// What the page needs of GET state. No secret of it gets any further than here.

const time = (text) => (typeof text === "string" ? Date.parse(text) : null);

// A product that registers nobody has no keys.
function productOf(product) {
  return {
    code: product.product_code,
    versions: (product.key_versions ?? []).map(({ version, rotated_at: rotatedAt }) =>
      ({ version, rotatedAt: time(rotatedAt) })),
  };
}

function subscriptionOf(subscription, identifiers) {
  return {
    product: subscription.product_code,
    account: subscription.customer,
    identifier: identifiers.get(subscription.customer) ?? subscription.customer,
    license: subscription.license_arn,
    isActive: subscription.active,
    startsAt: time(subscription.starts_at),
    endsAt: time(subscription.ends_at),
  };
}

export function understand(state) {
  const identifiers = new Map(state.customers.map(({ account, identifier }) => [account, identifier]));
  return {
    region: state.region,
    seed: state.seed,
    clock: { now: Date.parse(state.clock.now), offset: state.clock.offset_s },
    products: state.products.map(productOf),
    subscriptions: state.subscriptions.map((one) => subscriptionOf(one, identifiers)),
    subscriptionCount: state.subscription_count,
    identity: state.identity.name,
    others: [
      ...state.identities.slice(1).map((one) => ({ name: one.name, of: one.access_key_id })),
      ...state.containers.map((one) => ({ name: one.name, of: "a container" })),
    ],
    faults: state.faults,
  };
}
