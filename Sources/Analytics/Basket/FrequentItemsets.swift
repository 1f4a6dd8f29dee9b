import Kernel

/// All sets of items that are together in at least a given share of the baskets.
///
/// Pairs are counted basket by basket; larger sets by intersecting bit sets of baskets, depth first, and only where
/// every pair inside is frequent.
/// Sources: R. Agrawal, R. Srikant, VLDB 1994; M. Zaki, IEEE TKDE 12 (2000), 372-390.
public struct FrequentItemsets: Sendable, Equatable {
  /// Items that are often together.
  public struct Itemset: Sendable, Equatable {
    /// Ascending.
    public let items: [Int]
    /// Baskets with all of them.
    public let count: Int
    /// `count` over all baskets.
    public let support: Double
  }

  /// Number of baskets.
  public let baskets: Int
  /// By size, then the most frequent first, then by items.
  public let sets: [Itemset]

  /// - Parameters:
  ///   - minimumSupport: the least share of the baskets, above 0 up to 1; a set in exactly that share counts.
  ///   - maximumSize: the most items in a set.
  /// - Throws: `Problem` when the support is out of range, there are no baskets, more than 10,000 single items or more
  ///   than a million sets are frequent.
  public init(_ baskets: Baskets, minimumSupport: Double, maximumSize: Int = .max) throws {
    try requireRows("baskets", baskets.count)
    guard minimumSupport > 0, minimumSupport <= 1, maximumSize >= 1 else {
      throw Problem(
        .invalid, field: "minimumSupport", "The support must lie above 0 and up to 1.", mend: "Use 0.01 for 1 %.")
    }
    let exact = minimumSupport * Double(baskets.count)
    let least = max(1, Int((exact - 1e-9 * exact).rounded(.up)))
    var search = try ItemsetSearch(baskets, least: least, maximumSize: maximumSize)
    try search.run()
    self.baskets = baskets.count
    sets = search.found.map { items, count in
      Itemset(items: items, count: count, support: Double(count) / Double(baskets.count))
    }
    .sorted { left, right in
      left.items.count != right.items.count
        ? left.items.count < right.items.count
        : left.count != right.count ? left.count > right.count : left.items.lexicographicallyPrecedes(right.items)
    }
  }
}

/// The search for frequent sets among the frequent single items, which are numbered anew in their own order.
private struct ItemsetSearch {
  private let baskets: Baskets
  private let least: Int
  private let maximumSize: Int
  /// The frequent items, ascending.
  private let frequent: [Int]
  /// Baskets with the pair, at place `right·(right − 1) ÷ 2 + left` for left below right.
  private var pairs: [Int32] = []
  /// For each frequent item that is in a triangle of frequent pairs, its baskets as bits.
  private var bits: [[UInt64]]
  private(set) var found: [(items: [Int], count: Int)] = []

  init(_ baskets: Baskets, least: Int, maximumSize: Int) throws {
    let counts = baskets.itemCounts
    let frequent = counts.indices.filter { counts[$0] >= least }
    guard frequent.count <= 10_000 else {
      throw Problem(
        .tooLarge, field: "minimumSupport", "\(frequent.count) items reach the support; 10,000 is the limit.",
        mend: "Raise the support, or group items into categories.")
    }
    self.baskets = baskets
    self.least = least
    self.maximumSize = maximumSize
    self.frequent = frequent
    bits = Array(repeating: [], count: frequent.count)
    found = frequent.map { ([$0], counts[$0]) }
  }

  mutating func run() throws {
    guard maximumSize >= 2, frequent.count >= 2 else { return }
    countPairs()
    let partners = frequent.indices.map { left in
      (left + 1..<frequent.count).filter { count(left, $0) >= least }
    }
    for left in partners.indices {
      for right in partners[left] { found.append(([frequent[left], frequent[right]], Int(count(left, right)))) }
    }
    guard maximumSize >= 3 else { return }
    // Only an item with two frequent partners, counted both ways, can be in a larger set.
    var degree = [Int](repeating: 0, count: frequent.count)
    for left in partners.indices {
      degree[left] += partners[left].count
      for right in partners[left] { degree[right] += 1 }
    }
    fillBits(degree.map { $0 >= 2 })
    for left in partners.indices {
      for (place, right) in partners[left].enumerated() {
        let further = partners[left][(place + 1)...].filter { count(right, $0) >= least }
        guard !further.isEmpty else { continue }
        try extend([left, right], ItemsetSearch.intersection(bits[left], bits[right]), by: further)
      }
    }
  }

  /// Depth first: adds each further item that keeps the set frequent.
  private mutating func extend(_ set: [Int], _ within: [UInt64], by further: [Int]) throws {
    for (place, item) in further.enumerated() {
      let common = ItemsetSearch.intersection(within, bits[item])
      let count = common.reduce(0) { $0 + $1.nonzeroBitCount }
      guard count >= least else { continue }
      let larger = set + [item]
      guard found.count < 1_000_000 else {
        throw Problem(
          .tooLarge, field: "minimumSupport", "More than a million sets reach the support.",
          mend: "Raise the support or limit the size of the sets.")
      }
      found.append((larger.map { frequent[$0] }, count))
      guard larger.count < maximumSize else { continue }
      let next = further[(place + 1)...].filter { self.count(item, $0) >= least }
      if !next.isEmpty { try extend(larger, common, by: next) }
    }
  }

  private func count(_ left: Int, _ right: Int) -> Int32 { pairs[right * (right - 1) / 2 + left] }

  private mutating func countPairs() {
    var number = [Int32](repeating: -1, count: baskets.items)
    for (index, item) in frequent.enumerated() { number[item] = Int32(index) }
    var pairs = [Int32](repeating: 0, count: frequent.count * (frequent.count - 1) / 2)
    var inBasket: [Int] = []
    for basket in 0..<baskets.count {
      inBasket.removeAll(keepingCapacity: true)
      for place in Int(baskets.starts[basket])..<Int(baskets.starts[basket + 1]) {
        let index = Int(number[Int(baskets.members[place])])
        if index >= 0 { inBasket.append(index) }
      }
      for later in inBasket.indices.dropFirst() {
        let right = inBasket[later]
        for earlier in 0..<later {
          let left = inBasket[earlier]
          let place = left < right ? right * (right - 1) / 2 + left : left * (left - 1) / 2 + right
          pairs[place] += 1
        }
      }
    }
    self.pairs = pairs
  }

  private mutating func fillBits(_ wanted: [Bool]) {
    let words = (baskets.count + 63) / 64
    var number = [Int32](repeating: -1, count: baskets.items)
    for (index, item) in frequent.enumerated() where wanted[index] {
      number[item] = Int32(index)
      bits[index] = Array(repeating: 0, count: words)
    }
    for basket in 0..<baskets.count {
      for place in Int(baskets.starts[basket])..<Int(baskets.starts[basket + 1]) {
        let index = Int(number[Int(baskets.members[place])])
        if index >= 0 { bits[index][basket >> 6] |= 1 << UInt64(basket & 63) }
      }
    }
  }

  private static func intersection(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
    [UInt64](unsafeUninitializedCapacity: left.count) { buffer, filled in
      for word in left.indices { buffer[word] = left[word] & right[word] }
      filled = left.count
    }
  }
}
