/**
 * Which variant a choice of options means, and which options may still be chosen: pure.
 *
 * @typedef {import("./shop_api.js").Variant} Variant
 * @typedef {Record<string, string>} Choice
 */

/**
 * The variant that has exactly these options, where there is one.
 * @param {readonly Variant[]} variants
 * @param {Choice} choice
 */
export function variantOf(variants, choice) {
  return variants.find((variant) => Object.entries(variant.options).every(([name, value]) => choice[name] === value)) ?? null;
}

/** Sellable online first, then whatever exists. @param {readonly Variant[]} variants */
function best(variants) {
  return variants.find((variant) => ["in_stock", "low_stock"].includes(variant.availability)) ?? variants[0] ?? null;
}

/**
 * What is chosen when the page opens: the wanted colour if there is one, in a variant that can be bought.
 * @param {readonly Variant[]} variants
 * @param {Choice} wanted
 * @returns {Choice}
 */
export function firstChoice(variants, wanted) {
  const fitting = variants.filter((variant) => Object.entries(wanted).every(([name, value]) => !value || variant.options[name] === value));
  return { ...(best(fitting.length ? fitting : variants)?.options ?? {}) };
}

/**
 * One option changed; the others stay as far as there is such a variant.
 * @param {readonly Variant[]} variants
 * @param {Choice} choice
 * @param {string} name
 * @param {string} value
 * @returns {Choice}
 */
export function choosing(variants, choice, name, value) {
  const wanted = { ...choice, [name]: value };
  if (variantOf(variants, wanted)) return wanted;
  const nearest = variants
    .filter((variant) => variant.options[name] === value)
    .map((variant) => ({ variant, alike: Object.entries(choice).filter(([key, kept]) => variant.options[key] === kept).length }))
    .sort((one, other) => other.alike - one.alike)[0];
  return nearest ? { ...nearest.variant.options } : choice;
}

/**
 * Whether this value, with all else as chosen, can be bought somewhere.
 * @param {readonly Variant[]} variants
 * @param {Choice} choice
 * @param {string} name
 * @param {string} value
 */
export function isOpen(variants, choice, name, value) {
  const variant = variantOf(variants, { ...choice, [name]: value });
  return variant !== null && !["out_of_stock", "not_for_sale"].includes(variant.availability);
}
