import Kernel
import Records
import Store

/// What one act of a rule did to one record.
package struct RuleEffect: Sendable, Equatable, Codable {
  package let kind: RuleAct.Kind
  /// The field that was set, and what it held before and holds now, as programs write it.
  package var field: String?
  package var before: String?
  package var after: String?
  /// Who got the task, or was told.
  package var user: Int64?
  /// When the task is due.
  package var due: Day?
  /// All of it in words.
  package var words = ""

  init(_ kind: RuleAct.Kind) { self.kind = kind }
}

extension RuleActing {
  /// Puts into words what the acts did; call it before what they did is taken back.
  func told(_ effects: [Int64: [RuleEffect]], in tx: Transaction) throws -> [Int64: [RuleEffect]] {
    let all = effects.values.flatMap { $0 }
    let values = all.flatMap { effect -> [(field: RecordField, text: String)] in
      guard let field = field(of: effect) else { return [] }
      return [effect.before, effect.after].compactMap { $0.map { (field, $0) } }
    }
    let names = try FieldNames(of: values, rules.catalogues, for: actor, in: tx)
    let users = Set(all.compactMap(\.user)).sorted()
    let people = try tx.rows("SELECT id, name FROM app_user WHERE id IN (\(list: users))") {
      (try $0(0, as: Int64.self), try $0(1, as: String.self))
    }
    let person = Dictionary(people) { first, _ in first }
    return effects.mapValues { list in
      zip(draft.acts, list).map { act, effect in
        var effect = effect
        effect.words = sentence(act, effect, names, effect.user.flatMap { person[$0] } ?? "Nobody")
        return effect
      }
    }
  }

  private func field(of effect: RuleEffect) -> RecordField? {
    effect.field.flatMap { name in catalogue.fields.first { $0.name == name } }
  }

  private func sentence(_ act: RuleAct, _ effect: RuleEffect, _ names: FieldNames, _ person: String) -> String {
    switch act.kind {
    case .set:
      guard let field = field(of: effect) else { return "\(act.field) is set" }
      let (before, after) = (effect.before.map { names.word($0, field) }, effect.after.map { names.word($0, field) })
      return switch (before, after) {
      case (let before, let after) where before == after:
        after.map { "\(field.label) is “\($0)” already" } ?? "\(field.label) is empty already"
      case (let before?, let after?): "\(field.label) changes from “\(before)” to “\(after)”"
      case (nil, let after?): "\(field.label) becomes “\(after)”"
      case (let before, nil): "\(field.label) is emptied of “\(before ?? "")”"
      }
    case .tag: return "It is marked “\(act.text)”"
    case .untag: return "The mark “\(act.text)” is taken off"
    case .task: return "\(person) gets the task “\(act.text)”, due on \(effect.due.map { "\($0)" } ?? "no day")"
    case .tell: return "\(person) is told “\(act.text)”"
    case .webhook: return "It is posted to a webhook"
    }
  }
}
