import Foundation
import Kernel
import Store

/// What a list of interactions is asked for.
package struct InteractionQuestion: Sendable, Equatable {
  package var words: String
  package var customer: ID<Customer>?
  package var contact: ID<Contact>?
  package var kind: Interaction.Kind?
  package var outcome: Interaction.Outcome?
  package var after: String?
  package var size: Int

  package init(
    words: String = "", customer: ID<Customer>? = nil, contact: ID<Contact>? = nil, kind: Interaction.Kind? = nil,
    outcome: Interaction.Outcome? = nil, after: String? = nil, size: Int = 50
  ) {
    self.words = words
    self.customer = customer
    self.contact = contact
    self.kind = kind
    self.outcome = outcome
    self.after = after
    self.size = min(max(size, 1), 200)
  }

  /// The conditions, without the place.
  /// - Throws: `Problem` when the actor may not read what is asked by.
  func conditions(for actor: Actor) throws -> [Statement] {
    var all: [Statement] = []
    func require(_ field: String) throws {
      let isPersonal = Interaction.personal.contains(field)
      guard actor.reads(field, of: .interaction, isPersonal: isPersonal) else {
        throw Problem(.notAllowed, field: field, "You may not search by this.", mend: "Leave it out.")
      }
    }
    if let customer { all.append("i.customer_id = \(customer)") }
    if let contact {
      try require("contact")
      all.append(
        """
        (i.contact_id = \(contact) OR i.id IN
          (SELECT p.interaction_id FROM interaction_participant p WHERE p.contact_id = \(contact)))
        """)
    }
    if let kind { all.append("i.kind = \(kind)") }
    if let outcome {
      try require("outcome")
      all.append("i.outcome = \(outcome)")
    }
    if !words.isEmpty { for field in ["subject", "text", "outcomeNote"] { try require(field) } }
    return all + InteractionQuestion.conditions(words)
  }

  static func conditions(_ words: String) -> [Statement] {
    words.precomposedStringWithCanonicalMapping.split(separator: " ").prefix(5).map { word in
      "i.folded LIKE \("%" + LikePattern.escaped(Text.folded(String(word))) + "%") ESCAPE '!'"
    }
  }

  /// Rows after the place, the newest first.
  func place() throws -> Statement? {
    guard let after else { return nil }
    let parts = after.split(separator: "~", omittingEmptySubsequences: false)
    guard parts.count == 2, let at = Int64(parts[0]), let id = ID<Interaction>(text: parts[1]) else {
      throw Problem(.malformed, field: "after", "This is not a place in the list.", mend: "Start from the first page.")
    }
    return "(i.at, i.id) < (\(at), \(id))"
  }
}
