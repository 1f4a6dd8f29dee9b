import Kernel
import Records
import Store
import Web

/// What pages about rules need beside the rules: fields, people, webhooks, by their names.
struct RuleSheet: Sendable {
  /// The nouns a rule can be about, with the company's own fields.
  let catalogues: [Catalogue]
  let people: [RecordField.Choice]
  let webhooks: [Webhook]
  /// Words for values that are numbers, by noun and field.
  let names: [Actor.Noun: [String: [RecordField.Choice]]]

  func catalogue(_ noun: Actor.Noun) -> Catalogue? { catalogues.first { $0.noun == noun } }

  func words(_ noun: Actor.Noun, _ format: Format) -> RuleWords? {
    guard let catalogue = catalogue(noun) else { return nil }
    let names = (names[noun] ?? [:]).mapValues { choices in
      Dictionary(choices.map { ($0.value, $0.word) }, uniquingKeysWith: { first, _ in first })
    }
    return RuleWords(
      catalogue: catalogue, filterWords: FilterSentence(catalogue.fields, names: names, format: format),
      people: Dictionary(
        people.compactMap { choice in Int64(choice.value).map { ($0, choice.word) } },
        uniquingKeysWith: { first, _ in first }),
      webhooks: Dictionary(webhooks.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first }), format: format)
  }

  /// A rule in one sentence; its name when what it is about is not there any more.
  func sentence(_ rule: Rule, _ format: Format) -> String {
    guard let draft = try? rule.draft(), let words = words(rule.noun, format) else { return rule.name }
    return words.sentence(draft)
  }
}

extension Rules {
  func sheet(for actor: Actor) async throws -> RuleSheet {
    let mayPost = actor.may(.see, .webhook)
    let scope = mayPost ? try Webhooks.scope(actor, .see) : "FALSE"
    return try await database.read { tx in
      let whole = try catalogues.all.filter { actor.may(.see, $0.noun) }.map {
        try changes.customFields.whole($0, in: tx)
      }
      let names = try whole.map { ($0.noun, try FilterEditor.people(for: $0.fields(for: actor), in: tx)) }
      let people = try tx.rows("SELECT id, name FROM app_user WHERE disabled_at IS NULL ORDER BY name, id LIMIT 500") {
        RecordField.Choice("\(try $0(0, as: Int64.self))", try $0(1))
      }
      let webhooks = try tx.rows(
        "\(Webhooks.select) WHERE \(scope) ORDER BY w.name, w.id LIMIT 200", Webhook.init(row:))
      return RuleSheet(
        catalogues: whole, people: people, webhooks: webhooks,
        names: Dictionary(names, uniquingKeysWith: { first, _ in first }))
    }
  }
}
