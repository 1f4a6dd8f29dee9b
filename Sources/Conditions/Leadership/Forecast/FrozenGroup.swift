import Customers
import Kernel

/// The customers a forecast is about, as they were when it was made: who joins or leaves later changes nothing.
package struct FrozenGroup: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// Everybody who had bought by then.
    case all
    /// The best by some ranking.
    case top
    case significant, strategy, segment
    /// Customers somebody wrote down.
    case list
    /// Nobody in particular: the company, with the customers still to come.
    case company
  }

  package let id: ID<FrozenGroup>
  package let kind: Kind
  /// As it stands after “of”: `all customers`, `the top 20 % by value`.
  package let name: String
  package let customers: Int

  /// A group before it is kept.
  package struct Draft: Sendable, Hashable {
    package let kind: Kind
    package let name: String
    /// Ascending, each once.
    package let members: [ID<Customer>]

    package init(_ kind: Kind, _ name: String, _ members: some Sequence<ID<Customer>>) {
      self.kind = kind
      self.name = name
      self.members = Set(members).sorted()
    }

    package static let company = Draft(.company, "the company", [ID<Customer>]())
  }
}
