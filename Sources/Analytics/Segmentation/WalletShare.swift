import Kernel

/// How much of a customer's spending in the category is ours (domain F32).
public enum WalletShare {
  /// Estimate from our rank among the brands that a customer uses: (1 − rank ÷ (brands + 1)) × 2 ÷ brands. Over all
  /// ranks it adds up to 1.
  /// Source: T. Keiningham et al., "The Wallet Allocation Rule" (2015).
  /// - Parameters:
  ///   - rank: 1 for the preferred brand; ties take their mean rank, such as 1.5.
  ///   - brands: how many the customer uses, ours included.
  /// - Throws: `Problem` when the rank is not 1 to the number of brands.
  public static func byRank(_ rank: Double, brands: Int) throws -> Double {
    guard brands >= 1, rank >= 1, rank <= Double(brands) else {
      throw Problem(
        .invalid, field: "rank", "The rank is not between 1 and the number of brands.",
        mend: "Count our own brand among those the customer uses.")
    }
    return (1 - rank / Double(brands + 1)) * 2 / Double(brands)
  }

  /// Estimate from customers alike: our sales over the 90th percentile of sales in the customer's cell, at most 1.
  public struct Estimate: Sendable, Equatable {
    /// The ceiling: what we could sell if the customer bought like the best tenth of its peers.
    public let wallet: Double
    /// 0 to 1.
    public let share: Double
    /// What is left of the ceiling: 0 for customers at or above it.
    public let open: Double
  }

  /// One estimate for each customer; nil in cells of fewer than `minimum` customers, or whose ceiling is not positive.
  /// - Parameters:
  ///   - sales: by customer, over one window; returns may make a value negative, which counts as a share of 0.
  ///   - cells: which customers are alike: any number for each, such as income band × household size.
  ///   - minimum: the fewest customers a cell may have.
  /// - Throws: `Problem` when columns differ in length or a value is not finite.
  public static func byPeers(sales: [Double], cells: [Int], minimum: Int = 10) throws -> [Estimate?] {
    try requireSameCount("cells", cells.count, as: sales.count)
    try sales.requireFinite("sales")
    let ceilings = Dictionary(grouping: sales.indices) { cells[$0] }
      .filter { $0.value.count >= minimum }
      .mapValues { rows in rows.map { sales[$0] }.sorted().quantile(0.9) }
    return sales.indices.map { row in
      guard let wallet = ceilings[cells[row]], wallet > 0 else { return nil }
      let share = min(1, max(0, sales[row] / wallet))
      return Estimate(wallet: wallet, share: share, open: max(0, wallet - max(0, sales[row])))
    }
  }
}
