import Kernel
import Records
import Web

extension Rule {
  /// What a person or program may set.
  package struct Draft: Sendable, Equatable {
    package let name: String
    package let noun: Actor.Noun
    package let occasion: Occasion
    package let fields: [String]
    package let dayField: String
    package let days: Int
    package let filter: Filter?
    package let acts: [RuleAct]

    package static let mostActs = 10
    static let days: ClosedRange<Int64> = -3_650...3_650

    /// - Throws: `Problem` naming the field that is wrong.
    package init(
      name: String, noun: Actor.Noun, occasion: Occasion, fields: [String] = [], dayField: String = "", days: Int = 0,
      filter: String = "", acts: [RuleAct]
    ) throws {
      self.name = try Text.line(name, field: "name", limit: 120)
      self.noun = noun
      self.occasion = occasion
      self.fields = occasion == .changed ? Array(Set(fields.filter { !$0.isEmpty })).sorted() : []
      self.dayField = occasion == .day ? dayField : ""
      self.days = occasion == .day ? days : 0
      guard Self.days.contains(Int64(days)) else {
        throw Problem(.invalid, field: "days", "That is more than ten years.", mend: "Use at most 3,650 days.")
      }
      guard occasion != .day || !dayField.isEmpty else {
        throw Problem(.invalid, field: "dayField", "Which day is meant is missing.", mend: "Choose a field with a day.")
      }
      self.filter = try Filter(text: filter)
      guard (1...Self.mostActs).contains(acts.count) else {
        throw Problem(
          .invalid, field: "acts", acts.isEmpty ? "It would do nothing." : "These are more than \(Self.mostActs) acts.",
          mend: acts.isEmpty ? "Say what it does." : "Make two rules of it.")
      }
      self.acts = acts
    }

    /// The events it may be woken by. What is marked with a tag and what becomes of a task is told by events of its own.
    var kinds: Set<String> {
      func told(_ events: [String]) -> [String] { events.map { "\(noun.rawValue).\($0)" } }
      func counts(_ field: String) -> Bool { fields.isEmpty || fields.contains(field) }
      switch occasion {
      case .day: return []
      case .created: return Set(told(["created"]))
      case .changed:
        let tags = counts("tags") ? told(["tagged", "untagged"]) : []
        let states = noun == .task && counts("state") ? told(["done", "cancelled", "reopened"]) : []
        return Set(told(["changed"]) + tags + states)
      }
    }

    /// The parts as a form or a program sent them.
    /// - Parameter acts: what it does; a form and a program send it in their own ways.
    package init(_ sent: Fields, acts: [RuleAct]) throws {
      guard let noun = Actor.Noun(rawValue: sent["noun"] ?? "") else {
        throw Problem(
          .invalid, field: "noun", "“\((sent["noun"] ?? "").prefix(40))” is no kind of record.",
          mend: "Use customer, contact, interaction or task.")
      }
      guard let occasion = Occasion(rawValue: sent["occasion"] ?? "") else {
        throw Problem(
          .invalid, field: "occasion", "“\((sent["occasion"] ?? "").prefix(40))” is nothing a rule waits for.",
          mend: "Use \(Occasion.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      try self.init(
        name: sent["name"] ?? "", noun: noun, occasion: occasion, fields: sent.values(of: "fields"),
        dayField: sent["dayField"] ?? "", days: Int(try sent.integer("days", in: Self.days) ?? 0),
        filter: sent["filter"] ?? "", acts: acts)
    }
  }
}

extension RuleAct {
  /// One act as it was sent.
  /// - Parameter place: names a part of it in a refusal.
  package init(_ sent: Fields, place: (String) -> String) throws {
    func refuse(_ part: String, _ message: String, _ mend: String) -> Problem {
      Problem(.invalid, field: place(part), message, mend: mend)
    }
    guard let kind = Kind(rawValue: sent["kind"] ?? "") else {
      throw refuse(
        "kind", "“\((sent["kind"] ?? "").prefix(40))” is nothing a rule does.",
        "Use \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    let text = try Text.line(sent["text"] ?? "", field: place("text"), required: ![.set, .webhook].contains(kind))
    let isSet = kind == .set
    if isSet, sent["field"] ?? "" == "" { throw refuse("field", "Which field is set is missing.", "Choose one.") }
    let to = sent["to"].flatMap { $0.isEmpty ? nil : $0 } ?? "owner"
    guard Recipient(to) != nil else {
      throw refuse("to", "“\(to.prefix(40))” is nobody.", "Use owner, maker or the number of a user.")
    }
    let days = sent["days"] ?? ""
    guard let days = days.isEmpty ? 0 : Int32(days), (0...3_650).contains(days) else {
      throw refuse("days", "“\(days.prefix(20))” is not a number of days from 0 to 3,650.", "Enter such a number.")
    }
    let webhook = (sent["webhook"] ?? "").isEmpty ? nil : ID<Webhook>(text: sent["webhook"] ?? "")
    if kind == .webhook, webhook == nil {
      throw refuse("webhook", "Which webhook is meant is missing.", "Choose one, or make one first.")
    }
    let hasRecipient = kind == .task || kind == .tell
    self.init(
      kind, text: [.set, .webhook].contains(kind) ? "" : text, field: isSet ? sent["field"] ?? "" : "",
      value: isSet ? try Text.block(sent["value"] ?? "", field: place("value"), limit: 4_000) : "",
      days: kind == .task ? Int(days) : 0, to: hasRecipient ? to : "", webhook: kind == .webhook ? webhook : nil)
  }

  /// What a program sends: `{"acts": [{"kind": "tag", "text": "New"}]}`.
  package static func acts(_ body: [UInt8]) throws -> [RuleAct] {
    try JSON.objects(body, in: "acts", limit: Rule.Draft.mostActs).enumerated().map { number, sent in
      try RuleAct(sent) { "acts[\(number)].\($0)" }
    }
  }

  /// What the form sends: the parts of the act with a number under `set1field`, `task2text` and so on.
  package static func acts(_ form: Fields) throws -> [RuleAct] {
    var acts: [RuleAct] = []
    for kind in Kind.allCases {
      for number in 1...Rule.Draft.mostActs {
        let prefix = "\(kind.rawValue)\(number)"
        var sent = Fields([("kind", kind.rawValue)])
        for part in ["text", "field", "value", "days", "to", "webhook"] { sent.add(part, form[prefix + part] ?? "") }
        // The part that says whether there is such an act at all.
        let named = kind == .set ? "field" : kind == .webhook ? "webhook" : "text"
        guard let text = sent[named], !text.isEmpty else { continue }
        acts.append(try RuleAct(sent) { prefix + $0 })
      }
    }
    return acts
  }
}
