import Kernel
import Web

/// What leads from a record to what is kept of it: its lines of the audit chain, and what a person may ask about their data.
package struct RecordMore {
  let noun: Actor.Noun
  let id: Int64
  let isPerson: Bool
  let actor: Actor

  package init(_ noun: Actor.Noun, _ id: Int64, isPerson: Bool, _ actor: Actor) {
    self.noun = noun
    self.id = id
    self.isPerson = isPerson
    self.actor = actor
  }

  package var html: HTML {
    let history = RecordHistoryRoutes.path(of: RecordKey(noun, id))
    let privacy = Address.path("/privacy", [("kind", noun.rawValue), ("person", "\(id)")])
    return """
      \(LinkButton("History", history, weight: .quiet, icon: "history").html) \
      \(when: isPerson && actor.may(.see, .privacy), LinkButton("Privacy", privacy, weight: .quiet, icon: "shield-lock").html)
      """
  }
}
