import Analytics
import Kernel

/// Something rated 1 to 5 that an axis of a matrix is made of.
package protocol MatrixItem: Hashable, Sendable, CaseIterable, RawRepresentable where RawValue == String {
  /// The words on screen.
  var word: String { get }
}

/// What is known of one item: what was measured goes before what somebody rated.
package struct MatrixRating: Sendable, Equatable {
  /// 1 to 5.
  package let value: Double
  package let grade: Figure.Grade

  package init(value: Double, grade: Figure.Grade) { (self.value, self.grade) = (value, grade) }
}

/// One customer's place on one axis, 0 to 100.
package struct AxisScore<Item: MatrixItem>: Sendable, Equatable {
  /// 100 × (weighted mean − 1) ÷ 4; nil when no item is known.
  package let value: Double?
  package let grade: Figure.Grade
  package let ratings: [Item: MatrixRating]
  package let missing: [Item]

  init(_ items: [Item], ratings: [Item: MatrixRating], weights: [Item: Double]) {
    let known = items.filter { ratings[$0] != nil }
    self.ratings = ratings.filter { items.contains($0.key) }
    missing = items.filter { ratings[$0] == nil }
    grade = Figure.weakest(known.compactMap { ratings[$0]?.grade })
    let weight = known.reduce(0) { $0 + (weights[$1] ?? 1) }
    let sum = known.reduce(0) { $0 + (weights[$1] ?? 1) * (ratings[$1]?.value ?? 0) }
    value = weight > 0 ? min(100, max(0, 100 * (sum / weight - 1) / 4)) : nil
  }
}

/// All ratings of customers, or of segments: what people entered, and what the figures say in their stead.
package struct MatrixRatings<Subject: Hashable & Comparable & Sendable, Item: MatrixItem>: Sendable, Equatable {
  private let ratings: [Subject: [Item: MatrixRating]]
  package let weights: [Item: Double]

  /// - Parameters:
  ///   - declared: what people rated, 1 to 5.
  ///   - measured: figures in any unit, more meaning more of the item; a figure becomes 1 for the least of the base and
  ///     5 for the most, by the share of the others that have less.
  ///   - weights: items that are not in it weigh 1.
  /// - Throws: `Problem` when a rating is not 1 to 5, a figure is not a number, or a weight is negative.
  package init(
    declared: [Subject: [Item: Double]] = [:], measured: [Item: [Subject: Double]] = [:],
    weights: [Item: Double] = [:]
  ) throws {
    var ratings: [Subject: [Item: MatrixRating]] = [:]
    for (subject, items) in declared {
      for (item, value) in items {
        guard (1...5).contains(value) else { throw Self.problem(item, "is not rated 1 to 5") }
        ratings[subject, default: [:]][item] = MatrixRating(value: value, grade: .declared)
      }
    }
    for (item, figures) in measured {
      guard figures.values.allSatisfy({ abs($0) <= 1e150 }) else { throw Self.problem(item, "has no finite figure") }
      let order = figures.sorted { $0.key < $1.key }
      let ranks = ValueRanking.percentiles(order.map { $0.value })
      for (figure, rank) in zip(order, ranks) {
        ratings[figure.key, default: [:]][item] = MatrixRating(value: 1 + 4 * (rank ?? 0) / 100, grade: .measured)
      }
    }
    if let item = weights.first(where: { !($0.value >= 0 && $0.value <= 1e6) })?.key {
      throw Self.problem(item, "has a weight below zero")
    }
    self.ratings = ratings
    self.weights = weights
  }

  package func ratings(of subject: Subject) -> [Item: MatrixRating] { ratings[subject] ?? [:] }

  package func score(of subject: Subject, on items: [Item]) -> AxisScore<Item> {
    AxisScore(items, ratings: ratings(of: subject), weights: weights)
  }

  private static func problem(_ item: Item, _ what: String) -> Problem {
    Problem(.invalid, field: item.rawValue, "“\(item.word)” \(what).", mend: "Rate items from 1 (least) to 5 (most).")
  }
}
