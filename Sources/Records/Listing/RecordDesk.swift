import Kernel
import Store
import Web

/// What the addresses of every noun share.
package struct RecordDesk: Sendable {
  package let lists: RecordLists
  package let changes: RecordChanges
  package let views: SavedViews
  package let bulks: BulkRuns
  package let catalogues: Catalogues

  package init(
    lists: RecordLists, changes: RecordChanges, views: SavedViews, bulks: BulkRuns, catalogues: Catalogues
  ) {
    self.lists = lists
    self.changes = changes
    self.views = views
    self.bulks = bulks
    self.catalogues = catalogues
  }

  /// All that a list's page shows.
  func sheet(
    _ question: RecordQuestion, of catalogue: Catalogue, counts: Bool, view: String?, problem: Problem?,
    for actor: Actor, in setting: ListSetting
  ) async throws -> RecordListSheet {
    try await lists.reading(question, isCounted: counts) { tx in
      let views = try SavedViews.all(of: catalogue.noun, for: actor, in: tx)
      let whole = try lists.customFields.whole(catalogue, in: tx)
      let reading = try RecordReading(question, of: whole, for: actor, in: setting)
      return RecordListSheet(
        catalogue: whole, question: question, page: try titled(try reading.page(in: tx), for: actor, in: tx),
        totals: counts ? try reading.totals(in: tx) : nil, views: views,
        view: view.flatMap { text in views.first { "\($0.id)" == text } },
        people: try RecordDesk.people(for: whole.fields, in: tx), problem: problem)
    }
  }

  /// A page with the titles of the records that the company's own fields point at, as far as the actor may see them.
  private func titled(_ page: RecordPage, for actor: Actor, in tx: Transaction) throws -> RecordPage {
    let places = page.columns.indices.filter { place in
      if case .record = page.columns[place].kind { page.columns[place].shown == nil } else { false }
    }
    guard !places.isEmpty else { return page }
    func key(_ row: RecordRow, _ place: Int) -> RecordKey? {
      row.values.indices.contains(place) ? OwnFields.key(page.columns[place], row.values[place]) : nil
    }
    let titles = try catalogues.titles(
      of: page.rows.flatMap { row in places.compactMap { key(row, $0) } }, for: actor, in: tx)
    let rows = page.rows.map { row in
      var shown = row.shown
      for place in places where shown.indices.contains(place) { shown[place] = key(row, place).flatMap { titles[$0] } }
      return RecordRow(id: row.id, title: row.title, values: row.values, shown: shown)
    }
    return RecordPage(columns: page.columns, rows: rows, next: page.next, previous: page.previous)
  }

  /// People, teams and tags, for the fields that name one.
  static func people(for fields: [RecordField], in tx: Transaction) throws -> [String: [RecordField.Choice]] {
    func choices(_ statement: Statement) throws -> [RecordField.Choice] {
      try tx.rows(statement) { .init("\(try $0(0, as: Int64.self))", try $0(1)) }
    }
    var people: [String: [RecordField.Choice]] = [:]
    let users = fields.filter { $0.kind == .user }
    let teams = fields.filter { $0.kind == .team }
    if !users.isEmpty {
      let all = try choices("SELECT id, name FROM app_user WHERE disabled_at IS NULL ORDER BY name, id LIMIT 500")
      for field in users { people[field.name] = all }
    }
    if !teams.isEmpty {
      let all = try choices("SELECT id, name FROM team ORDER BY name, id LIMIT 500")
      for field in teams { people[field.name] = all }
    }
    if fields.contains(where: { $0.name == "tags" && $0.kind == .choices([]) }) {
      people["tags"] = try tx.rows("SELECT name FROM tag WHERE binned_at IS NULL ORDER BY folded, id LIMIT 500") {
        let name: String = try $0(0)
        return .init(name, name)
      }
    }
    return people
  }

  /// Moves one record into the bin or out of it.
  func move(_ record: Int64, _ move: @escaping Catalogue.Move, by actor: Actor) async throws {
    let now = changes.clock.now
    try await lists.database.write { tx in try move(record, actor, now, tx) }
  }

  /// Some fields of a record after a change, as programs get them.
  func row(_ record: Int64, _ fields: [String], of catalogue: Catalogue, _ visit: Visit) async throws -> [String:
    FieldValue]
  {
    try await lists.database.read { tx in
      let whole = try lists.customFields.whole(catalogue, in: tx)
      let shown = try fields.map { try whole.field($0, for: visit.actor) }
      let columns = Statement.joined([whole.id] + shown.map(\.value), separator: ", ", or: "NULL")
      let scope = try whole.scope(visit.actor, .see)
      let found = try tx.first("SELECT \(columns) FROM \(whole.table) WHERE \(whole.id) = \(record) AND \(scope)")
      // A record that somebody gave away is out of their sight now.
      guard let found else { return ["id": .integer(record)] }
      var values: [String: FieldValue] = ["id": .integer(record)]
      for (position, field) in shown.enumerated() {
        values[field.name] = try FieldValue(found(position + 1, as: Value.self), field.kind)
      }
      return values
    }
  }

  /// A value as somebody types it for many records: names of people, teams and choices stand for their numbers and words.
  func value(_ typed: String, of name: String, _ catalogue: Catalogue, _ visit: Visit) async throws -> String {
    let whole = try await lists.whole(catalogue)
    let field = try whole.field(name, for: visit.actor)
    let people = try await lists.database.read { try RecordDesk.people(for: [field], in: $0) }
    let choices = people[name] ?? field.choices
    let folded = Text.folded(typed)
    guard !typed.isEmpty, let choice = choices.first(where: { $0.value == typed || Text.folded($0.word) == folded })
    else { return typed }
    return choice.value
  }

  /// What an act on many did, with the offer to take it back.
  func told(_ run: BulkRun, _ visit: Visit) -> Flash {
    let format = visit.viewer.format
    let word = (try? catalogues.named(run.noun).plural) ?? "records"
    let done = ["bin": "put into the bin", "restore": "taken out of the bin", "tag": "tagged"][run.act] ?? "changed"
    let refused = run.refused == 0 ? "" : ", \(format.count(run.refused)) left as they were"
    return Flash(
      run.refused == 0 ? .good : .watch, "\(format.count(run.records)) \(word) \(done)\(refused).",
      undo: PostButton(
        "Undo", action: "\(BulkRoutes.path)/\(run.id)/undoing", csrf: visit.viewer.csrf, weight: .quiet))
  }
}
