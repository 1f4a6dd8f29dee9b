import Kernel

extension Graph {
  /// Each party's standing: the chance of finding there a walker who follows links in proportion to their weight, and
  /// with chance 1 − damping, or from a party without links, jumps anywhere. The ranks add up to 1.
  ///
  /// Source: L. Page, S. Brin, R. Motwani, T. Winograd, Stanford 1999.
  /// - Parameter damping: above 0 and below 1.
  /// - Throws: `Problem` when there are no parties, the damping is out of range, or the ranks do not settle.
  public func pageRank(damping: Double = 0.85) throws -> [Double] {
    try requireRows("nodes", nodes)
    try requireOpenShare("damping", damping)
    let strengths = outStrengths
    let even = 1 / Double(nodes)
    var ranks = [Double](repeating: even, count: nodes)
    for _ in 0..<10_000 {
      let stranded = ranks.indices.reduce(0) { strengths[$1] > 0 ? $0 : $0 + ranks[$1] }
      var next = [Double](repeating: (1 - damping + damping * stranded) * even, count: nodes)
      for link in links { next[link.to] += damping * ranks[link.from] * link.weight / strengths[link.from] }
      let change = zip(next, ranks).reduce(0) { $0 + abs($1.0 - $1.1) }
      ranks = next
      if change < 1e-13 { return ranks }
    }
    throw Problem(
      .invalid, field: "damping", "The ranks did not settle in 10,000 rounds.", mend: "Use a damping of 0.85.")
  }
}
