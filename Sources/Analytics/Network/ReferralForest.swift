import Kernel

/// Who brought whom: each customer has at most one referrer, and nobody stands above itself (domain F19).
public struct ReferralForest: Sendable, Equatable {
  /// The referrer of each customer; nil for those who came by themselves.
  public let referrers: [Int?]
  /// Steps up to the customer who came by itself.
  public let depths: [Int]

  /// - Throws: `Problem` when a referrer does not exist or a customer would stand above itself; the fact `customer`
  ///   names its row.
  public init(referrers: [Int?]) throws {
    var depths = [Int](repeating: -1, count: referrers.count)
    for customer in referrers.indices where depths[customer] < 0 {
      var path: [Int] = []
      var next: Int? = customer
      while let current = next, depths[current] == -1 {
        depths[current] = -2
        path.append(current)
        next = referrers[current]
        guard next.map({ referrers.indices.contains($0) && depths[$0] != -2 }) ?? true else {
          throw Problem(
            .invalid, field: "referrers", "The referrer of row \(current + 1) does not exist or stands below it.",
            mend: "Leave that referral out.", facts: [.init("customer", String(current))])
        }
      }
      var depth = next.map { depths[$0] } ?? -1
      for current in path.reversed() {
        depth += 1
        depths[current] = depth
      }
    }
    self.referrers = referrers
    self.depths = depths
  }

  /// The referrer, the referrer's referrer and so on, at most so many.
  public func upline(of customer: Int, levels: Int = .max) -> [Int] {
    guard referrers.indices.contains(customer) else { return [] }
    var line: [Int] = []
    while line.count < levels, let next = referrers[line.last ?? customer] { line.append(next) }
    return line
  }

  /// How many customers stand one, two, ... levels below each, at most so many levels, none deeper than the forest.
  public func downlineCounts(levels: Int) -> [[Int]] {
    let levels = min(max(0, levels), depths.max() ?? 0)
    var counts = [[Int]](repeating: Array(repeating: 0, count: levels), count: referrers.count)
    for customer in referrers.indices {
      for (level, above) in upline(of: customer, levels: levels).enumerated() { counts[above][level] += 1 }
    }
    return counts
  }

  /// Whether a referral would keep the forest: both exist, the referred has no referrer yet, and does not stand above the
  /// referrer.
  public func allows(referrer: Int, of customer: Int) -> Bool {
    guard referrers.indices.contains(referrer), referrers.indices.contains(customer), referrer != customer,
      referrers[customer] == nil
    else { return false }
    return !upline(of: referrer).contains(customer)
  }
}
