import Customers
import Kernel

/// The two portfolios of a comparison, the earlier one first.
package struct ComparisonSides: Sendable {
  package struct Side: Sendable {
    /// nil for today.
    package let version: Version?
    package let book: AssignmentBook
  }

  package let before: Side
  package let after: Side

  /// The address of the comparison.
  var path: String { "\(VersionRoutes.path(of: before.version?.id ?? ID(0)))/compare" }
  var with: String { after.version.map { "\($0.id)" } ?? "now" }
}

extension Versions {
  /// A version and the one it is compared with.
  /// - Parameter with: a number, or `now`; nil for the version before it, or for today when it is the first.
  package func sides(_ id: ID<Version>, with asked: String?, for actor: Actor) async throws -> ComparisonSides {
    let one = try await find(id, for: actor)
    let asked = asked.flatMap { $0.isEmpty ? nil : $0 }
    var other: Version?
    if let asked, asked != "now" {
      guard let id = ID<Version>(text: asked) else {
        throw Problem(.invalid, field: "with", "This is not a version.", mend: "Send the number of one, or now.")
      }
      other = try await find(id, for: actor)
    } else if asked == nil {
      other = try await list(for: actor).first { $0.id < one.id }
    }
    let first = ComparisonSides.Side(version: one, book: try await book(of: one, for: actor))
    guard let other else {
      let question = try await portfolios.question(scenario: nil, for: actor)
      guard let today = try await portfolios.book(question, for: actor) else {
        throw Problem(
          .conflict, field: "with", "Nobody bought anything in the days that count now.",
          mend: "Compare with another version.")
      }
      return ComparisonSides(before: first, after: .init(version: nil, book: today))
    }
    let second = ComparisonSides.Side(version: other, book: try await book(of: other, for: actor))
    return one.id < other.id
      ? ComparisonSides(before: first, after: second) : ComparisonSides(before: second, after: first)
  }

  /// A comparison as programs get it, with the movers who contribute most.
  package func comparison(
    _ id: ID<Version>, with asked: String?, for actor: Actor
  ) async throws -> ComparisonAnswer {
    let sides = try await sides(id, with: asked, for: actor)
    let comparison = VersionComparison(sides.before.book, sides.after.book)
    let found = try ComparisonQuestion().find(in: comparison)
    let names = try await customers.names(found.page.rows.map(\.customer), for: actor)
    return ComparisonAnswer(comparison, sides, found, names: names)
  }
}
