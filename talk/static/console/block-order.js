// @ts-check
/** The operator's own order of the pane's blocks. */

/**
 * Those that the operator has put somewhere come in that order; new ones stay behind their neighbour.
 * @template {{id: string}} Block
 * @param {Block[]} blocks
 * @param {string[]} order
 * @returns {Block[]}
 */
export function ordered(blocks, order) {
  const known = new Map(order.map((id, at) => [id, at]));
  let last = -1;
  const ranked = blocks.map((block, at) => {
    last = known.get(block.id) ?? last;
    return { block, rank: last, at };
  });
  return ranked.sort((a, b) => a.rank - b.rank || a.at - b.at).map(({ block }) => block);
}
