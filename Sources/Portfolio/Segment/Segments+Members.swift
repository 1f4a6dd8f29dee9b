import Customers
import Kernel

/// Who belongs where: worked out from the facts whenever they change, kept until then.
extension Segments {
  /// The segment of every customer by the segmentation in use; empty while none is.
  package func names(for actor: Actor) async throws -> [ID<Customer>: String] {
    let book = try await book(for: actor)
    guard let inUse = book.inUse else { return [:] }
    return try await sheet(inUse, stamp: book.stamp, for: actor)?.names ?? [:]
  }

  /// A segmentation on the facts of today; nil when nobody bought anything in the window.
  package func sheet(
    _ segmentation: Segmentation, stamp: Int64, for actor: Actor
  ) async throws -> SegmentSheet? {
    try actor.require(.see, .segment)
    let set = try await inForce(for: actor)
    let revision = try await ledgers.current(for: actor).revision
    let asked = SegmentSheet.Asked(
      segmentation: segmentation.id, stamp: stamp, assumptions: set, user: Self.user(actor))
    if let found = sheets.find(asked, at: revision) { return found }
    guard let base = try await base(SegmentBase.Needs(segmentation.segments.map(\.rule)), set, for: actor) else {
      return nil
    }
    let sheet = try SegmentSheet(segmentation, base)
    sheets.keep(sheet, to: asked, at: base.revision)
    return sheet
  }

  /// What a rule would hold for; `segment` is the one it is to change.
  package func preview(
    _ rule: SegmentRule, in segmentation: Segmentation?, changing segment: ID<Segment>?, for actor: Actor
  ) async throws -> SegmentPreview? {
    try actor.require(.see, .segment)
    let parts = segmentation?.parts ?? []
    let before = parts.prefix { $0.id != segment }.map(\.segment)
    let needs = SegmentBase.Needs([rule] + before.map(\.rule))
    guard let base = try await base(needs, try await inForce(for: actor), for: actor) else { return nil }
    return try SegmentPreview(rule, before: before, of: base)
  }

  /// What segments could be made of.
  package func proposal(_ question: SegmentProposal.Question, for actor: Actor) async throws -> SegmentProposal? {
    try actor.require(.see, .segment)
    let set = try await inForce(for: actor)
    let revision = try await ledgers.current(for: actor).revision
    let asked = SegmentProposal.Asked(question: question, assumptions: set, user: Self.user(actor))
    if let found = proposals.find(asked, at: revision) { return found }
    guard let base = try await base(question.needs, set, for: actor) else { return nil }
    let proposal = try SegmentProposal(question, base)
    proposals.keep(proposal, to: asked, at: base.revision)
    return proposal
  }

  func inForce(for actor: Actor) async throws -> AssumptionSet {
    try await assumptions.inForce(on: try await companies.today(), for: actor)
  }

  static func user(_ actor: Actor) -> Viewpoint? { actor.viewpoint }

  func base(
    _ needs: SegmentBase.Needs, _ set: AssumptionSet, for actor: Actor
  ) async throws -> SegmentBase? {
    guard let contribution = try await contributions.answer(.trailing(365), assumptions: set, for: actor) else {
      return nil
    }
    let asked = SegmentBase.Asked(needs: needs, assumptions: set, user: Self.user(actor))
    if let found = bases.find(asked, at: contribution.revision) { return found }
    let base = try SegmentBase(
      contribution, try await ledgers.current(for: actor),
      values: needs.lifetimeValue ? try await values(contribution, set, for: actor) : [:],
      contacts: needs.contacts ? try await contacts(in: contribution.window, for: actor) : nil,
      traits: try await customers.traits(named: needs.traits.sorted(), for: actor), worth: try await worth(for: actor))
    bases.keep(base, to: asked, at: contribution.revision)
    return base
  }

  /// Expected value in minor units, of those of whom a model can tell.
  func values(
    _ contribution: Contribution, _ set: AssumptionSet, for actor: Actor
  ) async throws -> [ID<Customer>: Int64] {
    var question = set.lifetimeValue
    // The same question as the portfolio's, so that one fit serves both.
    if question.margin == nil { question.margin = contribution.marginRate }
    question.window = .trailing(365)
    guard let equity = try await equities.answer(question, for: actor), equity.hasValue, equity.margins != nil else {
      return [:]
    }
    let scale = Double(equity.currency.minorPerMajor)
    return Dictionary(
      equity.entries.compactMap { entry in
        entry.value.flatMap { Int64(exactly: ($0 * scale).rounded()) }.map { (entry.customer, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What customers said last that they would have paid for what they bought in a year.
  func worth(for actor: Actor) async throws -> [ID<Customer>: Int64] {
    guard actor.may(.see, .observation) else { return [:] }
    var latest: [ID<Customer>: (day: Day, minor: Int64)] = [:]
    for said in try await observations.all(for: actor) where said.kind == .willingness {
      guard let minor = said.minor, latest[said.customer].map({ $0.day <= said.day }) ?? true else { continue }
      latest[said.customer] = (said.day, minor)
    }
    return latest.mapValues(\.minor)
  }

  private func contacts(in period: Period, for actor: Actor) async throws -> [ID<Customer>: Double] {
    var sums: [ID<Customer>: Double] = [:]
    for (customer, total) in try await drivers.counts(in: period, for: actor)
    where [.visit, .call, .ticket, .contact].contains(total.kind) {
      sums[customer, default: 0] += total.pieces > 0 ? total.pieces : Double(total.count)
    }
    return sums
  }
}
