import Kernel
import Store

/// Whom the company knows as a person.
package enum PersonKind: String, Sendable, Codable, CaseIterable, Storable {
  case customer, contact, user

  package var word: String {
    switch self {
    case .customer: "customer"
    case .contact: "contact"
    case .user: "user"
    }
  }
}

/// What every column of the schema holds about people, why, and what becomes of it when somebody is erased.
///
/// Exports, erasures and the page of the map are all made from this. A test fails when the schema has a column that is not
/// in it, so nothing about a person can be kept that nobody thought of.
package struct DataMap: Sendable {
  /// What a column says about a person.
  package enum Kind: String, Sendable, Encodable, CaseIterable {
    /// Nothing about anybody.
    case technical
    /// A number that leads to a person only by another table.
    case pseudonymous
    /// Who somebody is, how to reach them, what they said or did.
    case personal
    /// What opens a door: never leaves the store.
    case secret
  }

  /// Why a table is kept.
  package enum Purpose: String, Sendable, Encodable {
    case dealings = "To deal with customers: whom they are and what they bought."
    case decisions = "To decide about customers and to judge the decisions."
    case access = "To let the company’s people sign in and act within their rights."
    case intake = "To bring facts in, and to take that back."
    case working = "To run the house itself."
    case proof = "To prove what was done, and by whom."
    case privacy = "To answer what people ask about their data."
    case settings = "How the company works."
  }

  /// What happens to the rows about somebody who is erased.
  package enum Erasing: Sendable {
    /// They stay: without the rest they are about nobody.
    case keep
    case remove
    /// Some columns are written over: the assignments of an UPDATE.
    case overwrite(Statement)

    package var word: String {
      switch self {
      case .keep: "stays, about nobody"
      case .remove: "removed"
      case .overwrite: "written over"
      }
    }
  }

  /// Which rows of a table are about a person, and what becomes of them.
  package struct Rule: Sendable {
    package let person: PersonKind
    package let erasing: Erasing
    /// A condition on the columns of the table, for a person's number.
    package let rows: @Sendable (Int64) -> Statement

    package init(_ person: PersonKind, _ erasing: Erasing, _ rows: @escaping @Sendable (Int64) -> Statement) {
      self.person = person
      self.erasing = erasing
      self.rows = rows
    }
  }

  /// A column in which anybody may be named without a number that leads to them, and what is done where a person's name or
  /// address is found in it.
  package struct Mention: Sendable {
    package enum Act: Sendable {
      case remove
      case overwrite(Statement)
      /// The lines of the audit chain keep their place.
      case mask
      /// Written by people about other things: told, for somebody to look at.
      case tell
    }

    let column: StaticString
    let act: Act
  }

  /// One table.
  package struct Table: Sendable {
    package let name: StaticString
    package let purpose: Purpose
    package let columns: [String: Kind]
    package let rules: [Rule]
    let mentions: [Mention]
    /// How long rows are kept, where a clock runs.
    package let retention: RetentionClass?
  }

  package let tables: [Table]

  /// The map of this version of the schema.
  package static let current = DataMap(
    tables: DataMap.people + DataMap.records + DataMap.contacts + DataMap.customers + DataMap.stages + DataMap.programs
      + DataMap.search
      + DataMap.intake
      + DataMap.house
      + DataMap.privacy)
}

extension DataMap {
  /// A table of the map; columns are named in groups, separated by spaces.
  /// - Parameter acts: whether it has the columns `actor_id` and `actor_name`.
  static func table(
    _ name: StaticString, _ purpose: Purpose, technical: String = "", pseudonymous: String = "", personal: String = "",
    secret: String = "", acts: Bool = false, rules: [Rule] = [], mentions: [Mention] = [],
    retention: RetentionClass? = nil
  ) -> Table {
    var columns: [String: Kind] = [:]
    func add(_ names: String, _ kind: Kind) {
      for name in names.utf8.split(separator: UInt8(ascii: " ")) {
        columns[String(decoding: name, as: UTF8.self)] = kind
      }
    }
    add(technical, .technical)
    add(pseudonymous, .pseudonymous)
    add(personal, .personal)
    add(secret, .secret)
    var rules = rules
    if acts {
      add("actor_id", .pseudonymous)
      add("actor_name", .personal)
      rules.append(Rule(.user, .overwrite("actor_name = \(formerUser)")) { "actor_id = \($0)" })
    }
    return Table(
      name: name, purpose: purpose, columns: columns, rules: rules, mentions: mentions, retention: retention)
  }

  /// What stands where a name stood.
  package static let formerUser = "Former user"
  package static let erasedPerson = "Erased person"
}
