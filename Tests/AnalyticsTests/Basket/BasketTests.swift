import Analytics
import Foundation
import Kernel
import Testing

@Suite struct BasketTests {
  private struct Expected: Decodable {
    struct Itemset: Decodable {
      let items: [Int]
      let support: Double
    }
    struct Rule: Decodable {
      let antecedent, consequent: [Int]
      let confidence, lift: Double
    }
    struct Grocery: Decodable {
      let baskets, types, rules, singleRules: Int
      let setsBySize: [Int]
      let best: [[String]]
      let bestLift: Double
    }
    let baskets: [[Int]]
    let sets: [Itemset]
    let rules: [Rule]
    let grocery: Grocery
  }

  private func baskets(_ rows: [[Int]]) throws -> Baskets {
    try Baskets(
      baskets: rows.enumerated().flatMap { basket, items in items.map { _ in basket } }, items: rows.flatMap(\.self),
      count: rows.count)
  }

  @Test func `frequent sets are those of mlxtend`() throws {
    let expected = try Golden.read(Expected.self, "basket")
    let found = try FrequentItemsets(baskets(expected.baskets), minimumSupport: 0.05)
    #expect(found.sets.count == expected.sets.count)
    #expect(found.sets.contains { $0.items.count >= 4 })
    let supports = Dictionary(uniqueKeysWithValues: found.sets.map { ($0.items, $0.support) })
    for set in expected.sets { #expect(isNear(supports[set.items], set.support, 1e-12)) }
  }

  @Test func `rules with right sides of any size are those of mlxtend`() throws {
    let expected = try Golden.read(Expected.self, "basket")
    let rules = try FrequentItemsets(baskets(expected.baskets), minimumSupport: 0.05).rules(minimumConfidence: 0.6)
    #expect(rules.count == expected.rules.count)
    #expect(rules.contains { $0.consequent.count >= 2 })
    let byParts = Dictionary(uniqueKeysWithValues: rules.map { ([$0.antecedent, $0.consequent], $0) })
    for rule in expected.rules {
      #expect(isNear(byParts[[rule.antecedent, rule.consequent]]?.confidence, rule.confidence, 1e-12))
      #expect(isNear(byParts[[rule.antecedent, rule.consequent]]?.lift, rule.lift, 1e-12))
    }
    let single = try FrequentItemsets(baskets(expected.baskets), minimumSupport: 0.05)
      .rules(minimumConfidence: 0.6, consequents: .single)
    #expect(single.count == expected.rules.count { $0.consequent.count == 1 })
  }

  /// The grocery chain's baskets by product type, as dense numbers, and the names of the types.
  private func grocery() throws -> (baskets: [Int], items: [Int], names: [String]) {
    var types: [Int: Int] = [:]
    var names: [String: Int] = [:]
    let products = String(decoding: try RealPurchases.file("grocery/products.csv"), as: UTF8.self)
    for line in products.split(whereSeparator: \.isNewline).dropFirst() {
      let fields = fields(line)
      guard fields.count == 7, let product = Int(fields[0]) else { throw Problem(.invalid, String(line)) }
      if !fields[5].isEmpty { types[product] = names[fields[5], default: names.count] }
      if !fields[5].isEmpty, names[fields[5]] == nil { names[fields[5]] = names.count }
    }
    var baskets: [Int: Int] = [:]
    var rows: (baskets: [Int], items: [Int]) = ([], [])
    for line in try GroceryLine.all() {
      guard let type = types[line.product] else { continue }
      rows.baskets.append(baskets[line.basket, default: baskets.count])
      if baskets[line.basket] == nil { baskets[line.basket] = baskets.count }
      rows.items.append(type)
    }
    return (rows.baskets, rows.items, names.sorted { $0.value < $1.value }.map(\.key))
  }

  private func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var quoted = false
    for scalar in line.unicodeScalars {
      if scalar == "\"" {
        quoted.toggle()
      } else if scalar == ",", !quoted {
        fields.append("")
      } else {
        fields[fields.count - 1].unicodeScalars.append(scalar)
      }
    }
    return fields
  }

  @Test func `the grocery chain has 363 frequent sets and 184 rules, 179 with one item on the right`() throws {
    let expected = try Golden.read(Expected.self, "basket").grocery
    let rows = try grocery()
    let start = DispatchTime.now()
    let baskets = try Baskets(baskets: rows.baskets, items: rows.items)
    let found = try FrequentItemsets(baskets, minimumSupport: 0.01)
    let rules = try found.rules(minimumConfidence: 0.2)
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
    print("grocery rules: \(seconds) s")
    #expect(baskets.count == expected.baskets)
    #expect(Set(rows.items).count == expected.types)
    #expect((1...4).map { size in found.sets.count { $0.items.count == size } } == expected.setsBySize)
    #expect(rules.count == expected.rules)
    #expect(rules.count { $0.consequent.count == 1 } == expected.singleRules)
    #expect(try found.rules(minimumConfidence: 0.2, consequents: .single).count == 179)
    let best = try #require(rules.first)
    #expect(isNear(best.lift, expected.bestLift, 1e-12))
    #expect(Set((best.antecedent + best.consequent).map { rows.names[$0] }) == Set(expected.best.flatMap(\.self)))
    // Ten times the target, so that a busy machine does not fail the test; bin/bench measures it alone.
    #expect(seconds < 3.8)
  }

  @Test func `repeated lines count once and empty baskets count as baskets`() throws {
    let baskets = try Baskets(baskets: [0, 0, 0, 2], items: [5, 5, 3, 5], count: 4)
    let found = try FrequentItemsets(baskets, minimumSupport: 0.25)
    #expect(found.sets.map(\.items) == [[5], [3], [3, 5]])
    #expect(found.sets.map(\.support) == [0.5, 0.25, 0.25])
    let rules = try found.rules(minimumConfidence: 0)
    #expect(rules.map(\.antecedent) == [[3], [5]])
    #expect(rules.map(\.confidence) == [1, 0.5])
    #expect(rules.map(\.lift) == [2, 2])
  }

  @Test func `a limit on the size leaves larger sets out`() throws {
    let all = try baskets([[0, 1, 2], [0, 1, 2], [0, 1]])
    #expect(try FrequentItemsets(all, minimumSupport: 0.6).sets.last?.items == [0, 1, 2])
    #expect(try FrequentItemsets(all, minimumSupport: 0.6, maximumSize: 2).sets.last?.items.count == 2)
    #expect(try FrequentItemsets(all, minimumSupport: 0.6, maximumSize: 1).sets.count == 3)
  }

  @Test func `a support out of range, negative numbers and no baskets are refused`() throws {
    let one = try baskets([[0]])
    #expect(throws: Problem.self) { try FrequentItemsets(one, minimumSupport: 0) }
    #expect(throws: Problem.self) { try FrequentItemsets(one, minimumSupport: .nan) }
    #expect(throws: Problem.self) { try FrequentItemsets(Baskets(baskets: [], items: []), minimumSupport: 0.1) }
    #expect(throws: Problem.self) { try Baskets(baskets: [-1], items: [0]) }
    #expect(throws: Problem.self) { try Baskets(baskets: [0], items: []) }
    #expect(throws: Problem.self) { try Baskets(baskets: [Int.max], items: [0]) }
    #expect(throws: Problem.self) { try Baskets(baskets: [1], items: [0]) }
    #expect(throws: Problem.self) { try Baskets(baskets: [0], items: [Int.max]) }
    #expect(throws: Problem.self) { try Baskets(baskets: [3], items: [0], count: 3) }
    #expect(throws: Problem.self) {
      try FrequentItemsets(one, minimumSupport: 0.5).rules(minimumConfidence: 2)
    }
  }
}
