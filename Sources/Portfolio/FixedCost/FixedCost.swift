import Analytics
import Customers
import Kernel

/// Whom the removal test takes away.
package enum Removed: Sendable, Equatable {
  /// So many who bring most.
  case largest(Int)
  /// So many fifths of the customers, the best first.
  case fifths(Int)
  case chosen([ID<Customer>])

  /// As parameters of an address.
  package var parameters: [(String, String)] {
    switch self {
    case .largest(let count): [("top", "\(count)")]
    case .fifths(let count): [("fifths", "\(count)")]
    case .chosen(let customers): customers.map { ("customer", "\($0)") }
    }
  }
}

/// Who carries the fixed cost, who takes the capacity, and what becomes of the rest when some leave (domain F8d, C34).
package struct FixedCost: Sendable {
  /// One customer's part.
  package struct Share: Sendable {
    package let row: CustomerContribution
    package let load: CostMagnet.Load
  }

  package struct Fifth: Sendable {
    package let number: Int
    package let load: CostMagnet.Load
    package let contribution: Int64
  }

  /// What is left after some have gone.
  package struct Step: Sendable, Equatable {
    package let removed: Int
    package let remaining: Int
    package let turnedNegative: Int
    /// Minor units.
    package let lost: Int64
    /// The share of all minutes that is free then.
    package let freed: Double?
    /// By how much the rest would have to pay more to bring in again what is lost.
    package let rise: Double?
  }

  /// A customer who covered its full cost and would not any more.
  package struct Turned: Sendable {
    package let row: CustomerContribution
    package let before: Double
    package let after: Double
  }

  package let asOf: Day
  package let window: Period
  package let currency: Currency
  package let revision: Int64
  package let grade: Figure.Grade
  /// Entered, of a year, in major units; nil until somebody does.
  package let yearly: Double?
  /// Of the window, in minor units.
  package let minor: Int64
  package let magnet: CostMagnet
  package let fifths: [Fifth]
  /// Customers without a contribution, or without minutes where others have some.
  package let leftOut: Int
  private let rows: [ID<Customer>: CustomerContribution]
  private let ranked: [CostMagnet.Row]
  private let minutes: Double

  /// - Parameter yearly: what a year costs before the first customer is served, in major units.
  package init(_ contribution: Contribution, yearly: Double?) throws {
    (asOf, window, currency) = (contribution.asOf, contribution.window, contribution.currency)
    revision = contribution.revision
    self.yearly = yearly
    let customers = contribution.costing.rows
    let share = Double(contribution.window.days) / 365
    guard
      let minor = Int64(
        exactly: ((yearly ?? 0) * Double(contribution.currency.minorPerMajor) * share).rounded())
    else {
      throw Problem(.invalid, field: "fixedCost", "The fixed cost is out of range.", mend: "Enter a smaller amount.")
    }
    self.minor = minor
    magnet = try CostMagnet(
      customers.map { CostMagnet.Row($0.customer, contribution: $0.contribution, minutes: $0.minutes) },
      fixedCost: minor)
    rows = Dictionary(customers.map { ($0.customer, $0) }, uniquingKeysWith: { first, _ in first })
    ranked = magnet.ranked
    grade = Figure.weakest(customers.map(\.grade) + [.declared])
    leftOut = customers.count - ranked.count
    minutes = ranked.reduce(0) { $0 + ($1.minutes ?? 0) }
    fifths = Self.fifths(ranked, magnet)
  }

  private static func fifths(_ ranked: [CostMagnet.Row], _ magnet: CostMagnet) -> [Fifth] {
    guard ranked.count >= 5 else { return [] }
    return (0..<5).map { number in
      let members = ranked.enumerated().filter { $0.offset * 5 / ranked.count == number }.map(\.element)
      return Fifth(
        number: number + 1, load: magnet.load(of: Set(members.map(\.customer))),
        contribution: members.reduce(Int64(0)) { $0.addingReportingOverflow($1.contribution ?? 0).partialValue })
    }
  }

  package var isTimed: Bool { minutes > 0 }
  package var count: Int { ranked.count }

  /// Those who absorb most, with what they use.
  package func largest(_ count: Int) -> [Share] {
    ranked.prefix(count).compactMap { one in
      rows[one.customer].map { Share(row: $0, load: magnet.load(of: [one.customer])) }
    }
  }

  package func members(of removed: Removed) -> Set<ID<Customer>> {
    switch removed {
    case .largest(let count): Set(ranked.prefix(max(0, count)).map(\.customer))
    case .fifths(let count):
      Set(ranked.enumerated().filter { $0.offset * 5 / max(1, ranked.count) < count }.map(\.element.customer))
    case .chosen(let customers): Set(customers)
    }
  }

  /// nil without minutes, or when nobody is left who uses any.
  package func step(_ removed: Removed) -> Step? {
    let gone = members(of: removed)
    guard let removal = magnet.removal(of: gone) else { return nil }
    let lost = Int64(exactly: removal.contributionLost.rounded()) ?? 0
    let left = ranked.reduce(0.0) { sum, one in
      gone.contains(one.customer) ? sum : sum + max(0, Double(rows[one.customer]?.sales.net ?? 0))
    }
    return Step(
      removed: count - removal.remaining, remaining: removal.remaining, turnedNegative: removal.turnedNegative,
      lost: lost, freed: magnet.load(of: gone).used, rise: left > 0 ? max(0, Double(lost)) / left : nil)
  }

  /// Everybody who turns negative, those who miss most first.
  package func turned(_ removed: Removed) -> [Turned] {
    let gone = members(of: removed)
    let left = minutes - ranked.reduce(0) { $0 + (gone.contains($1.customer) ? $1.minutes ?? 0 : 0) }
    guard minutes > 0, left > minutes * 1e-12 else { return [] }
    return ranked.compactMap { one -> Turned? in
      guard !gone.contains(one.customer), let row = rows[one.customer], let contribution = one.contribution else {
        return nil
      }
      let used = one.minutes ?? 0
      let before = Double(contribution) - Double(minor) * used / minutes
      let after = Double(contribution) - Double(minor) * used / left
      return before >= 0 && after < 0 ? Turned(row: row, before: before, after: after) : nil
    }
    .sorted { ($0.after, $0.row.customer) < ($1.after, $1.row.customer) }
  }

  /// The least a customer may pay, as a share of what it pays: below the first it carries nothing of the fixed cost,
  /// below the second less than its part. nil without sales.
  package func floors(_ row: CustomerContribution) -> (own: Double, full: Double?)? {
    guard row.sales.net > 0, let contribution = row.contribution else { return nil }
    let net = Double(row.sales.net)
    let own = (net - Double(contribution)) / net
    let part = minutes > 0 && yearly != nil ? Double(minor) * (row.minutes ?? 0) / minutes : nil
    return (own, part.map { own + $0 / net })
  }
}
