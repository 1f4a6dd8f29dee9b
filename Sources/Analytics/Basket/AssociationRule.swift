import Kernel

/// "Baskets with these items often have those too."
public struct AssociationRule: Sendable, Equatable {
  /// How many items may stand on the right of a rule.
  public enum Consequents: String, Sendable, Codable, CaseIterable {
    case single, any
  }

  /// Items on the left and on the right, ascending; no item on both sides.
  public let antecedent: [Int]
  public let consequent: [Int]
  /// Baskets with all items of both sides, and its share of all baskets.
  public let count: Int
  public let support: Double
  /// The share of the baskets with the left side that also have the right.
  public let confidence: Double
  /// Confidence over the share of all baskets that have the right side: above 1, one side attracts the other.
  public let lift: Double
}

extension FrequentItemsets {
  /// All rules from the frequent sets, the highest lift first.
  /// - Parameters:
  ///   - minimumConfidence: the least confidence, 0 to 1.
  ///   - consequents: one item on the right, or any number.
  /// - Throws: `Problem` when the confidence is out of range or there are more than a million rules.
  public func rules(
    minimumConfidence: Double, consequents: AssociationRule.Consequents = .any
  ) throws -> [AssociationRule] {
    guard minimumConfidence >= 0, minimumConfidence <= 1 else {
      throw Problem(
        .invalid, field: "minimumConfidence", "The confidence must lie between 0 and 1.", mend: "Use 0.2 for 20 %.")
    }
    var counts: [[Int]: Int] = [:]
    for set in sets { counts[set.items] = set.count }
    var rules: [AssociationRule] = []
    for set in sets where set.items.count >= 2 {
      var growing = [(consequent: [Int](), from: 0)]
      while let (consequent, from) = growing.popLast() {
        for place in from..<set.items.count {
          let right = consequent + [set.items[place]]
          // A longer right side leaves a shorter, so more frequent, left side: confidence can only fall.
          guard right.count < set.items.count, let rule = rule(set, right, counts),
            rule.confidence >= minimumConfidence - 1e-12
          else { continue }
          rules.append(rule)
          if consequents == .any { growing.append((right, place + 1)) }
        }
        guard rules.count <= 1_000_000 else {
          throw Problem(
            .tooLarge, field: "minimumConfidence", "There are more than a million rules.",
            mend: "Raise the confidence or the support.")
        }
      }
    }
    return rules.sorted { left, right in
      left.lift != right.lift
        ? left.lift > right.lift
        : (left.antecedent + left.consequent).lexicographicallyPrecedes(right.antecedent + right.consequent)
    }
  }

  private func rule(_ set: Itemset, _ right: [Int], _ counts: [[Int]: Int]) -> AssociationRule? {
    let left = set.items.filter { !right.contains($0) }
    // Every part of a frequent set is frequent, so both counts are there unless sets were limited in size.
    guard let onLeft = counts[left], let onRight = counts[right] else { return nil }
    let confidence = Double(set.count) / Double(onLeft)
    return AssociationRule(
      antecedent: left, consequent: right, count: set.count, support: set.support, confidence: confidence,
      lift: confidence * Double(baskets) / Double(onRight))
  }
}
