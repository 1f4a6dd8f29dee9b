import Customers
import Kernel
import Records
import Store

/// Carries out what a rule does for one record, in one transaction: all of it or nothing.
struct RuleActing {
  let rules: Rules
  let draft: Rule.Draft
  /// The number of the rule; nil in a trial of one that is not kept.
  let rule: ID<Rule>?
  /// Whom it acts for, under the name of the rule.
  let actor: Actor
  /// With the company's own fields.
  let catalogue: Catalogue
  let today: Day

  /// - Parameter chain: the rules that led here.
  /// - Returns: What each act did, in their order.
  @discardableResult
  func carryOut(on record: Int64, chain: String, in tx: Transaction) throws -> [RuleEffect] {
    var tx = tx
    tx.cause = RuleChain(chain).with(rule).text
    let now = rules.clock.now
    return try draft.acts.map { try perform($0, on: RecordKey(draft.noun, record), at: now, in: tx) }
  }

  private func perform(_ act: RuleAct, on key: RecordKey, at now: Instant, in tx: Transaction) throws -> RuleEffect {
    var effect = RuleEffect(act.kind)
    switch act.kind {
    case .set: try set(act, key, &effect, at: now, in: tx)
    case .tag, .untag:
      try catalogue.require(.edit, key.id, for: actor, in: tx)
      if act.kind == .tag {
        try Tags.add(act.text, to: key, by: actor, at: now, in: tx)
      } else {
        try Tags.remove(named: act.text, from: key, by: actor, at: now, in: tx)
      }
    case .task:
      (effect.user, effect.due) = (try recipient(of: act, key, in: tx), today.adding(days: act.days))
      let task = WorkTask.Draft(
        act.text, due: effect.due, assignee: effect.user, about: key.noun == .task ? nil : key)
      _ = try rules.tasks.create(task, by: actor, at: now, in: tx)
    case .tell:
      effect.user = try recipient(of: act, key, in: tx)
      guard let user = effect.user else { return effect }
      try rules.notify(Notice(.rule, to: user, of: key, words: act.text, by: draft.name), now, tx)
    case .webhook: try post(act, key, at: now, in: tx)
    }
    return effect
  }

  private func set(
    _ act: RuleAct, _ key: RecordKey, _ effect: inout RuleEffect, at now: Instant, in tx: Transaction
  ) throws {
    let field = try catalogue.field(act.field, for: actor)
    let value = act.value(on: today, field.kind)
    let before = try rules.changes.values(of: [field], key.id, catalogue, in: tx)[field.name] ?? ""
    effect.field = field.name
    (effect.before, effect.after) = (before.isEmpty ? nil : before, value.isEmpty ? nil : value)
    // What is so already is no change, and wakes no other rule.
    guard before != value else { return }
    try rules.changes.apply([field.name: value], to: key.id, of: catalogue, by: actor, at: now, in: tx)
  }

  private func recipient(of act: RuleAct, _ key: RecordKey, in tx: Transaction) throws -> Int64? {
    switch act.recipient {
    case .maker: return actor.user
    case .user(let user): return user
    case .owner:
      guard let field = catalogue.fields.first(where: { $0.kind == .user }) else { return actor.user }
      let owner = try tx.value(
        "SELECT \(field.value) FROM \(catalogue.table) WHERE \(catalogue.id) = \(key.id)", as: Int64?.self)
      return owner.flatMap { $0 } ?? actor.user
    }
  }

  /// Announces that the record fits, and queues that for the webhook unless it is told of it anyway.
  private func post(_ act: RuleAct, _ key: RecordKey, at now: Instant, in tx: Transaction) throws {
    guard let id = act.webhook else { return }
    let kind = "\(key.noun.rawValue).matched"
    let webhook = try Webhooks.find(id, "TRUE", in: tx)
    let event = try tx.announce(kind, key.noun, key.id, ["rule": draft.name], at: now)
    guard !webhook.wants(kind) else { return }
    try tx.placeEvents()
    let place = try tx.value("SELECT place FROM outbox_event WHERE id = \(event)", as: Int64.self)
    try WebhookDeliveries.queue(place.map { [(place: $0, kind: kind)] } ?? [], for: id, at: now, in: tx)
  }
}

/// The rules that led to an event, first to last.
struct RuleChain: Equatable {
  private let rules: [Int64]

  init(_ text: String) {
    rules = text.utf8.split(separator: UInt8(ascii: ",")).compactMap { Int64(String(Substring($0))) }
  }

  private init(rules: [Int64]) { self.rules = rules }

  /// Whether a rule may follow: none twice, and not without end.
  func admits(_ rule: ID<Rule>) -> Bool { rules.count < Rule.longestChain && !rules.contains(rule.rawValue) }

  func with(_ rule: ID<Rule>?) -> RuleChain { RuleChain(rules: rules + (rule.map { [$0.rawValue] } ?? [])) }

  var text: String { rules.map(String.init).joined(separator: ",") }
}
