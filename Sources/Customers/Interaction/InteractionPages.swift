import Kernel
import Records
import Web

/// What an outcome means for the reader.
enum OutcomeTone {
  static func of(_ outcome: Interaction.Outcome) -> Tone {
    switch outcome {
    case .reached, .answered, .agreed: .good
    case .notReached, .postponed: .neutral
    case .refused: .watch
    case .complaint: .bad
    }
  }
}

/// One interaction, and what it said before it was corrected.
struct InteractionPage {
  let interaction: Interaction
  let corrections: [InteractionCorrection]
  let customers: [ID<Customer>: String]
  let contacts: [ID<Contact>: String]
  let colleagues: Colleagues
  let walk: HTML
  let tags: HTML
  /// The company's own fields, files.
  let beside: HTML
  let visit: Visit

  private var path: String { "/interactions/\(interaction.id)" }

  var html: HTML {
    let customer = interaction.customer.flatMap { id in customers[id].map { Crumb($0, "/customers/\(id)") } }
    return Shell.page(
      title: interaction.title, path: InteractionRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Interactions", visit.originList(InteractionRoutes.path))] + [customer].compactMap { $0 },
      lead: lead, actions: actions, width: .narrow, body: "\(walk)\(tags)\(said)\(facts)\(beside)\(before)")
  }

  private var lead: HTML {
    let one = interaction
    let when = one.isTimed ? visit.viewer.time(one.at) : visit.viewer.time(one.day)
    let began = one.direction == .none ? "" : ", \(one.direction.word.translated.lowercased())"
    return "\(words: one.kind.word)\(began), \(when), entered by \(one.by)"
  }

  private var actions: HTML {
    """
    \(HistoryButton(RecordKey(.interaction, interaction.id.rawValue)).html) \
    \(when: visit.actor.may(.edit, .interaction), LinkButton("Correct", "\(path)/edit", icon: "pencil").html) \
    \(when: visit.actor.may(.delete, .interaction), PostButton(
      "Take back", action: path, csrf: visit.viewer.csrf, method: .delete, weight: .quiet, icon: "trash"
    ).html)
    """
  }

  private var said: HTML {
    guard !interaction.text.isEmpty else { return HTML() }
    return "<section class=\"vc-card\"><p class=\"vc-lines\">\(interaction.text)</p></section>"
  }

  private func link(_ id: ID<Contact>) -> HTML? {
    contacts[id].map { "<a href=\"/contacts/\(id)\">\($0)</a>" }
  }

  private var facts: HTML {
    let one = interaction
    var rows: [(String, HTML)] = []
    func add(_ name: String, _ value: HTML?) { if let value { rows.append((name, value)) } }
    add("Customer", one.customer.flatMap { id in customers[id].map { "<a href=\"/customers/\(id)\">\($0)</a>" } })
    add("Contact", one.contact.flatMap(link) ?? (one.party.isEmpty ? nil : "\(one.party)"))
    let people =
      (one.participants ?? []).compactMap(\.contact).compactMap(link)
      + (one.participants ?? []).compactMap(\.user).compactMap { user in
        colleagues.people.first { $0.id == user }.map { "\($0.name)" as HTML }
      }
    add("Others there", people.isEmpty ? nil : HTML.joined(people, separator: ", "))
    add("Medium", one.channel.map { "\(words: $0.word)" })
    add("Minutes", one.minutes.map { "\($0)" })
    let note: HTML = "\(when: !one.outcomeNote.isEmpty, " \(one.outcomeNote)")"
    add("Outcome", one.outcome.map { "\(Badge($0.word, OutcomeTone.of($0)))\(note)" } ?? (note.isEmpty ? nil : note))
    add("Decision", one.decision.map { "<a href=\"/decisions/\($0)\">Decision \($0)</a>" })
    add("From", one.source.map { "\($0)" })
    return RecordFacts("About it", rows).html
  }

  private var before: HTML {
    guard !corrections.isEmpty else { return HTML() }
    let events = corrections.enumerated().map { place, one in
      let after = place == 0 ? interaction : corrections[place - 1].before
      let changed = one.before.differences(to: after)
      return Timeline.Event(
        "Corrected by \(one.by)\(when: !one.reason.isEmpty, ": \(one.reason)")",
        text: """
          <dl class="vc-facts">\(changed.html { "<div><dt>\(InteractionPage.label($0)), before</dt><dd class=\"vc-lines\">\(words($0, one.before))</dd></div>" })</dl>
          """, time: visit.viewer.time(one.at), icon: "pencil")
    }
    return
      "<section class=\"vc-card\"><h2 class=\"vc-card-title\">What it said before</h2>\(Timeline(events))</section>"
  }

  private func words(_ field: String, _ one: Interaction) -> HTML {
    switch field {
    case "contact": one.contact.flatMap(link) ?? "nobody"
    case "customer": one.customer.flatMap { id in customers[id].map { "\($0)" as HTML } } ?? "another"
    case "at": one.isTimed ? visit.viewer.time(one.at) : visit.viewer.time(one.day)
    case "outcome": "\(one.outcome?.word ?? "none")"
    case "kind": "\(words: one.kind.word)"
    case "direction": "\(words: one.direction.word)"
    case "channel": "\(one.channel?.word ?? "none")"
    case "participants": "\(one.participants?.count ?? 0) others"
    default:
      "\(one.text(field, zone: visit.viewer.format.zone).flatMap { $0.isEmpty ? nil : $0 } ?? "nothing")"
    }
  }

  private static func label(_ field: String) -> String {
    switch field {
    case "at": "When"
    case "outcomeNote": "Outcome in words"
    case "channel": "Medium"
    default: field.prefix(1).uppercased() + field.dropFirst()
    }
  }
}
