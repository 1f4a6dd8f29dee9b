import Foundation
import Kernel

/// Settings under which an analysis is run again and compared, kept in a file of the product.
package struct Scenario: Sendable, Equatable, Decodable {
  /// A period by its first and last day, both in it.
  package struct Span: Sendable, Equatable, Decodable {
    package let first: Day
    package let last: Day
    package var period: Period { Period(first: first, last: last) }
  }

  package struct Window: Sendable, Equatable, Decodable {
    package enum Kind: String, Sendable, Decodable { case all, trailing, span }
    package let kind: Kind
    package let days: Int?
    package let first: Day?
    package let last: Day?
  }

  package let name: String
  package let title: String
  package let window: Window
  package let base: Span?
  package let later: Span?
  /// The settings of a portfolio run; nil in a scenario of concentration alone.
  package let portfolio: PortfolioScenario?

  /// The scenario of a name.
  package static func named(_ name: String) throws -> Scenario {
    guard let found = try all().first(where: { $0.name == name }) else {
      throw Problem(
        .notFound, field: "scenario", "There is no scenario “\(name.prefix(40))”.",
        mend: "Use one of \(try all().map(\.name).joined(separator: ", ")).")
    }
    return found
  }

  package static func all() throws -> [Scenario] {
    try [
      PackageResources.F2_json, PackageResources.F27_json, PackageResources.S1_json, PackageResources.M1_json,
    ].map {
      try JSONDecoder().decode(Scenario.self, from: Data($0))
    }
  }
}
