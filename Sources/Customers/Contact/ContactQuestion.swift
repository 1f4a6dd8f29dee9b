import Foundation
import Kernel
import Store

/// What a list of contacts is asked for.
package struct ContactQuestion: Sendable, Equatable {
  package enum Order: String, Sendable, CaseIterable {
    case name, added
  }

  package var words: String
  package var customer: ID<Customer>?
  package var part: ContactRole.Part?
  package var order: Order
  package var isDescending: Bool
  package var after: String?
  package var size: Int

  package init(
    words: String = "", customer: ID<Customer>? = nil, part: ContactRole.Part? = nil, order: Order = .name,
    isDescending: Bool = false, after: String? = nil, size: Int = 50
  ) {
    self.words = words
    self.customer = customer
    self.part = part
    self.order = order
    self.isDescending = isDescending
    self.after = after
    self.size = min(max(size, 1), 200)
  }

  /// The conditions, without the place.
  /// - Throws: `Problem` when the actor may not read what is asked by.
  func conditions(for actor: Actor) throws -> [Statement] {
    var all: [Statement] = []
    let isNamed = actor.reads("name", of: .contact, isPersonal: true)
    guard isNamed || (words.isEmpty && order != .name) else {
      throw Problem(
        .notAllowed, field: words.isEmpty ? "sort" : "q", "You may not read the names of contacts.",
        mend: "Sort them by when they were added.")
    }
    if customer != nil || part != nil { all.append(try role(for: actor)) }
    for word in words.precomposedStringWithCanonicalMapping.split(separator: " ").prefix(5) {
      let pattern = "%" + LikePattern.escaped(Text.folded(String(word))) + "%"
      let point = LikePattern.escaped(MailAddress.folded(String(word))) + "%"
      all.append(
        """
        (t.folded LIKE \(pattern) ESCAPE '!' OR t.id IN (SELECT p.contact_id FROM contact_point p
          WHERE p.channel IN (\(list: channels(for: actor))) AND p.folded LIKE \(point) ESCAPE '!'))
        """)
    }
    return all
  }

  private func channels(for actor: Actor) -> [Contact.Point.Channel] {
    Contact.Point.Channel.allCases.filter { actor.reads($0.rawValue, of: .contact, isPersonal: true) }
  }

  private func role(for actor: Actor) throws -> Statement {
    var limits: [Statement] = ["r.contact_id = t.id", try Customers.scope(actor)]
    if let customer { limits.append("r.customer_id = \(customer)") }
    if let part { limits.append("r.role = \(part)") }
    limits.append("NOT EXISTS (SELECT 1 FROM contact_role_end e WHERE e.role_id = r.id)")
    return """
      EXISTS (SELECT 1 FROM contact_role r JOIN customer c ON c.id = r.customer_id
        WHERE \(Statement.joined(limits, separator: " AND ", or: "TRUE")))
      """
  }

  /// Rows after the place, in the order.
  func place() throws -> Statement? {
    guard let after else { return nil }
    let parts = after.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let id = ID<Contact>(text: parts[0]) else {
      throw Problem(.malformed, field: "after", "This is not a place in the list.", mend: "Start from the first page.")
    }
    let folded = String(parts[1])
    switch (order, isDescending) {
    case (.name, false): return "(t.folded, t.id) > (\(folded), \(id))"
    case (.name, true): return "(t.folded, t.id) < (\(folded), \(id))"
    case (.added, false): return "t.id > \(id)"
    case (.added, true): return "t.id < \(id)"
    }
  }

  func cursor(_ id: ID<Contact>, folded: String) -> String { "\(id)~\(order == .name ? folded : "")" }

  var ordering: Statement {
    switch (order, isDescending) {
    case (.name, false): "t.folded, t.id"
    case (.name, true): "t.folded DESC, t.id DESC"
    case (.added, false): "t.id"
    case (.added, true): "t.id DESC"
    }
  }
}

/// Text as it stands in a `LIKE … ESCAPE '!'`.
enum LikePattern {
  static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(60) {
      if scalar == "%" || scalar == "_" || scalar == "!" { escaped.append("!") }
      escaped.append(scalar)
    }
    return String(escaped)
  }
}
