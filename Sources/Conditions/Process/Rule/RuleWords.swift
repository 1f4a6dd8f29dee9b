import Kernel
import Records
import Web

/// Says what a rule does, in sentences.
struct RuleWords {
  let catalogue: Catalogue
  let filterWords: FilterSentence
  let people: [Int64: String]
  let webhooks: [ID<Webhook>: String]
  let format: Format

  private var word: String { catalogue.word }

  private func label(_ name: String) -> String { catalogue.fields.first { $0.name == name }?.label ?? name }

  func occasion(_ rule: Rule.Draft) -> String {
    switch rule.occasion {
    case .created: return "When a \(word) is added"
    case .changed where rule.fields.isEmpty: return "When a \(word) changes"
    case .changed: return "When \(Format.list(rule.fields.map(label), or: true)) of a \(word) changes"
    case .day where rule.days == 0: return "On the day of \(label(rule.dayField)) of a \(word)"
    case .day:
      let count = format.count(abs(rule.days), "day", "days")
      return "\(count) \(rule.days > 0 ? "after" : "before") \(label(rule.dayField)) of a \(word)"
    }
  }

  func conditions(_ rule: Rule.Draft) -> String? { rule.filter.map(filterWords.words) }

  func act(_ act: RuleAct) -> String {
    switch act.kind {
    case .set:
      let field = catalogue.fields.first { $0.name == act.field }
      let value = field?.choices.first { $0.value == act.value }?.word ?? act.value
      return value.isEmpty ? "empties \(label(act.field))" : "sets \(label(act.field)) to “\(value)”"
    case .tag: return "marks it “\(act.text)”"
    case .untag: return "takes the mark “\(act.text)” off"
    case .task:
      let due = act.days == 0 ? "due that day" : "due in \(format.count(act.days, "day", "days"))"
      return "gives \(recipient(act)) the task “\(act.text)”, \(due)"
    case .tell: return "tells \(recipient(act)) “\(act.text)”"
    case .webhook: return "posts it to \(act.webhook.flatMap { webhooks[$0] } ?? "a webhook")"
    }
  }

  func acts(_ acts: [RuleAct]) -> String { Format.list(acts.map(act)) }

  private func recipient(_ act: RuleAct) -> String {
    switch act.recipient {
    case .owner: "its owner"
    case .maker: "whoever made the rule"
    case .user(let user): people[user] ?? "user \(user)"
    }
  }

  /// All of it in one sentence.
  func sentence(_ rule: Rule.Draft) -> String {
    let conditions = conditions(rule).map { ", if \($0)," } ?? ""
    return "\(occasion(rule))\(conditions) the house \(acts(rule.acts))."
  }

  static func state(_ rule: Rule) -> HTML {
    rule.isActive ? Badge("Active", .good).html : Badge("Paused", .watch).html
  }

  static func state(_ run: RuleRun) -> HTML {
    Badge(run.state.word, run.state == .done ? .good : run.state == .refused ? .bad : .watch).html
  }
}
