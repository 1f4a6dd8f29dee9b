/// A person at a customer, by the part taken in buying.
package struct BuyingContact: Sendable, Equatable {
  package enum Role: String, Sendable, CaseIterable {
    case buyer, decider, influencer, user, gatekeeper
  }

  package let role: Role
  package let name: String
}

/// An organisation or one of its sites, as customers.csv tells it.
package struct DistributorParty: Sendable, Equatable {
  package enum Kind: String, Sendable {
    case organisation, site
  }

  package enum Relation: String, Sendable {
    case customer, prospect
  }

  package let customer: String
  package let name: String
  package let kind: Kind
  /// Of a site, its organisation; of an organisation, the group it is in, which is an account of its own.
  package let parent: String?
  package let segment: String
  package let industry: String
  package let city: String
  package let relation: Relation
  /// How well a prospect fits what is looked for, 0 to 100.
  package let fit: Int?
  /// Why it may not be ended.
  package let hold: String?
  package let contacts: [BuyingContact]
}

/// The names, numbers and places of all parties. Numbers are dealt at random, so that they tell nothing.
struct Register {
  /// By account: the organisation's number, then its sites'.
  private(set) var codes: [[String]] = []
  private(set) var fits: [Int?] = []
  private(set) var parties: [DistributorParty] = []

  init(seed: UInt64, accounts: [Account], _ segments: [Catalogue.Segment]) {
    var draw = Draw(seed: seed, .names)
    let count = accounts.reduce(0) { $0 + 1 + $1.sites }
    var numbers = draw.shuffled(Array(1_001...(1_000 + count * 2))).prefix(count)
    codes = accounts.map { account in
      (0...account.sites).map { _ in "K" + CSVText.padded(numbers.popFirst() ?? 0, 4) }
    }
    fits = accounts.map { account in
      switch account.part {
      case .prospect: draw.whole(66...95)
      case .unfitProspect: draw.whole(20...45)
      default: nil
      }
    }
    let groups = Register.groups(accounts, &draw)
    let cities = (0..<24).map { _ in
      Names.word(&draw, syllables: 2) + (draw.pick(["ton", " Ferry", " Cross", "by"]) ?? "")
    }
    var taken: Set<String> = []
    for number in accounts.indices {
      add(number, accounts[number], segments[accounts[number].segment], groups[number], cities, &taken, &draw)
    }
    parties.sort { $0.customer < $1.customer }
  }

  /// Some organisations belong to another; never more than one step up.
  private static func groups(_ accounts: [Account], _ draw: inout Draw) -> [Int?] {
    var groups = [Int?](repeating: nil, count: accounts.count)
    var free = draw.shuffled(Array(accounts.indices))
    for _ in 0..<draw.whole(9...13) {
      guard let head = free.popLast() else { break }
      for _ in 0..<draw.whole(1...3) {
        if let member = free.popLast() { groups[member] = head }
      }
    }
    return groups
  }

  private mutating func add(
    _ number: Int, _ account: Account, _ segment: Catalogue.Segment, _ group: Int?, _ cities: [String],
    _ taken: inout Set<String>, _ draw: inout Draw
  ) {
    let name = Names.organisation(&draw, trades: segment.trades, taken: &taken)
    let mayHold = !account.isLossMaking && !account.isProspect
    let hold = mayHold && draw.happens(0.04) ? draw.pick(["contract", "legalDuty"]) : nil
    for place in 0...account.sites {
      let city = draw.pick(cities) ?? ""
      let roles = BuyingContact.Role.allCases.filter {
        place == 0 ? $0 == .buyer || draw.happens(0.55) : $0 == .user || $0 == .buyer && draw.happens(0.4)
      }
      parties.append(
        DistributorParty(
          customer: codes[number][place], name: place == 0 ? name : "\(name), \(city) site \(place)",
          kind: place == 0 ? .organisation : .site, parent: place == 0 ? group.map { codes[$0][0] } : codes[number][0],
          segment: segment.name, industry: segment.industry, city: city,
          relation: account.isProspect ? .prospect : .customer, fit: place == 0 ? fits[number] : nil,
          hold: place == 0 ? hold : nil,
          contacts: roles.map { BuyingContact(role: $0, name: Names.person(&draw)) }))
    }
  }
}
