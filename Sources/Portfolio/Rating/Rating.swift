import Customers
import Kernel

/// What a person thinks of an account in one respect, from 1, the least, to 5, the most (domain F10, F11).
package struct Rating: Sendable, Equatable, Codable {
  package let customer: ID<Customer>
  package let item: RatingItem
  /// nil: it was taken back.
  package let value: Int?
  package let by: String
  package let at: Instant

  package static let range = 1...5
}

/// What an account is rated on: what Fiocca's axes are made of, and the worth of the relationship beside money.
package enum RatingItem: Sendable, Hashable, CaseIterable, RawRepresentable, Codable, Comparable {
  case fiocca(FioccaItem)
  case relationshipValue

  package static var allCases: [RatingItem] { FioccaItem.allCases.map { .fiocca($0) } + [.relationshipValue] }

  package init?(rawValue: String) {
    if rawValue == "relationshipValue" {
      self = .relationshipValue
    } else if let item = FioccaItem(rawValue: rawValue) {
      self = .fiocca(item)
    } else {
      return nil
    }
  }

  package var rawValue: String {
    switch self {
    case .fiocca(let item): item.rawValue
    case .relationshipValue: "relationshipValue"
    }
  }

  package var word: String {
    switch self {
    case .fiocca(let item): item.word
    case .relationshipValue: "Learning, reference and access it brings"
    }
  }

  package static func < (left: RatingItem, right: RatingItem) -> Bool { left.place < right.place }

  private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// The items of one axis together, as people are asked for them.
package struct RatingGroup: Sendable {
  package let title: String
  package let hint: String
  package let items: [RatingItem]

  package static let all: [RatingGroup] = [
    RatingGroup(
      title: "Strategic importance", hint: "How much depends on this account.",
      items: FioccaItem.strategicImportance.map { .fiocca($0) }),
    RatingGroup(
      title: "Difficulty of managing", hint: "How much trouble it is.",
      items: FioccaItem.managementDifficulty.map { .fiocca($0) }),
    RatingGroup(
      title: "Business attractiveness", hint: "How good the customer's own business is.",
      items: FioccaItem.businessAttractiveness.map { .fiocca($0) }),
    RatingGroup(
      title: "Relationship strength", hint: "How close the two companies are.",
      items: FioccaItem.relationshipStrength.map { .fiocca($0) }),
    RatingGroup(
      title: "Relationship value", hint: "What it is worth to us beside the money.", items: [.relationshipValue]),
  ]
}

/// The ratings in force, of the accounts they count for.
package struct AccountRatings: Sendable, Equatable {
  package let byAccount: [ID<Customer>: [RatingItem: Double]]

  /// What somebody said of the account itself goes before what was said of its sites, of which the mean counts.
  package init(_ ratings: [Rating], account: (ID<Customer>) -> ID<Customer>) {
    var own: [ID<Customer>: [RatingItem: Double]] = [:]
    var sites: [ID<Customer>: [RatingItem: [Double]]] = [:]
    for rating in ratings {
      guard let value = rating.value else { continue }
      let party = account(rating.customer)
      if party == rating.customer {
        own[party, default: [:]][rating.item] = Double(value)
      } else {
        sites[party, default: [:]][rating.item, default: []].append(Double(value))
      }
    }
    for (party, items) in sites {
      for (item, values) in items where own[party]?[item] == nil {
        own[party, default: [:]][item] = values.sorted().reduce(0, +) / Double(values.count)
      }
    }
    byAccount = own
  }

  var fiocca: [ID<Customer>: [FioccaItem: Double]] {
    byAccount.mapValues { items in
      Dictionary(
        items.compactMap { item, value in
          if case .fiocca(let item) = item { (item, value) } else { nil }
        }, uniquingKeysWith: { first, _ in first })
    }
    .filter { !$0.value.isEmpty }
  }

  /// 0 to 100.
  var relationship: [ID<Customer>: Double] {
    byAccount.compactMapValues { $0[.relationshipValue].map { ($0 - 1) * 25 } }
  }
}
