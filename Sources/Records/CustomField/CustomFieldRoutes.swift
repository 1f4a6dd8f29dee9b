import Kernel
import Store
import Web

/// The fields the company made: the list by noun, making one, changing it, taking it away and bringing it back.
package struct CustomFieldRoutes: Sendable {
  let fields: CustomFields
  let catalogues: Catalogues

  package init(_ fields: CustomFields, _ catalogues: Catalogues) {
    self.fields = fields
    self.catalogues = catalogues
  }

  private var nouns: [String] { catalogues.all.map(\.noun.rawValue) }

  private static let inputs: [Route.Input] = [
    .init("label", "The word on screen", required: true),
    .init("kind", "What it holds", required: true, choices: CustomField.Kind.allCases.map(\.rawValue)),
    .init("choices", "One on each line"), .init("target", "The noun a reference points at"),
    .init("formula", "Such as round(value / orders, 2)"), .init("personal", "1 for what tells who somebody is", .flag),
    .init("required", "1 for what must be filled in", .flag),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, "/fields", .signedIn, "The fields the company made.", answer: .of([String: [CustomField]].self),
        inputs: [.init("noun", "Of one kind of record", choices: nouns)], action: list),
      Route(
        .post, "/fields", .may(.create, .field), "Makes a field.", answer: .of(CustomField.self),
        inputs: [.init("noun", "The kind of record", required: true, choices: nouns)] + Self.inputs, action: create),
      Route(.get, "/fields/{id}", .signedIn, "One field.", answer: .of(CustomField.self)) { visit in
        let field = try await fields.find(visit.id())
        try visit.actor.require(.see, try catalogues.named(field.noun).noun)
        if visit.face == .json { return Answer.json(field).tagged(field.version) }
        return .page(try page(field, visit).html)
      },
      Route(
        .put, "/fields/{id}", .may(.edit, .field), "Changes a field; its kind stays.", answer: .of(CustomField.self),
        inputs: Self.inputs + [.init("version", "The version, unless If-Match names it", .integer)], action: edit),
      Route(
        .post, "/fields/{id}/removal", .may(.delete, .field), "Takes a field away; what it held is kept.",
        answer: .of([String: Bool].self)
      ) {
        visit in
        let id: ID<CustomField> = try visit.id()
        try await fields.setRemoved(true, id, by: visit.actor)
        let undo = PostButton(
          "Undo", action: "/fields/\(id)/removal", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
        return .changed(
          visit, to: "/fields", status: 201, json: ["removed": true],
          flash: Flash(.good, "The field is gone.", undo: undo))
      },
      Route(
        .delete, "/fields/{id}/removal", .may(.delete, .field), "Brings a field back with all it held.",
        answer: .of([String: Bool].self)
      ) { visit in
        try await fields.setRemoved(false, visit.id(), by: visit.actor)
        return .changed(visit, to: "/fields", json: ["removed": false], flash: Flash(.good, "The field is back."))
      },
    ]
  }

  private func groups(_ visit: Visit) async throws -> [(catalogue: Catalogue, fields: [CustomField])] {
    let asked = try visit.query["noun"].flatMap { $0.isEmpty ? nil : $0 }.map { try catalogues.named($0) }
    var groups: [(catalogue: Catalogue, fields: [CustomField])] = []
    for catalogue in asked.map({ [$0] }) ?? catalogues.all where visit.actor.may(.see, catalogue.noun) {
      groups.append((catalogue, try await fields.all(of: catalogue.noun, for: visit.actor)))
    }
    return groups
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let groups = try await groups(visit)
    return .both(visit, json: ["rows": groups.flatMap(\.fields)]) {
      CustomFieldListPage(groups: groups, catalogues: catalogues, visit: visit).html
    }
  }

  private func draft(_ visit: Visit) throws -> CustomField.Draft {
    let sent = visit.fields
    return try CustomField.Draft(
      label: sent["label"] ?? "", kind: try sent.required("kind"), choices: sent["choices"] ?? "",
      target: sent["target"] ?? "", formula: sent["formula"] ?? "", isPersonal: sent["personal"] == "1",
      isRequired: sent["required"] == "1")
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let catalogue = try catalogues.named(try visit.fields.required("noun"))
      let made = try await fields.create(
        try draft(visit), for: catalogue, among: catalogues, by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: "/fields", status: 201, json: made,
        flash: Flash(.good, "A \(catalogue.word) has the field “\(made.label)” now, called \(made.name) in formulas."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let page = CustomFieldListPage(
        groups: try await groups(visit), catalogues: catalogues, visit: visit, problem: problem)
      return .page(page.html, status: problem.kind.status)
    }
  }

  private func page(_ field: CustomField, _ visit: Visit, _ problem: Problem? = nil) throws -> CustomFieldPage {
    CustomFieldPage(field: field, catalogue: try catalogues.named(field.noun), visit: visit, problem: problem)
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let before = try await fields.find(visit.id())
    do {
      guard let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max) else {
        throw Problem(
          .invalid, field: "version", "The version is missing.", mend: "Send the version the field was read at.")
      }
      let after = try await fields.edit(
        before.id, try draft(visit), version: version, of: try catalogues.named(before.noun), by: visit.actor)
      return .changed(visit, to: "/fields", json: after, flash: Flash(.good, "Saved.")).tagged(after.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(try page(before, visit, problem).html, status: problem.kind.status)
    }
  }
}

/// The fields of every noun, and the form for another.
struct CustomFieldListPage {
  let groups: [(catalogue: Catalogue, fields: [CustomField])]
  let catalogues: Catalogues
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.page(
      title: "Fields", path: "/fields", viewer: visit.viewer,
      lead: "What the company keeps beside what every record has: in lists, filters, files, rules and rights at once.",
      body: """
        \(groups.html(section))\
        \(when: visit.actor.may(.create, .field), "<section class=\"vc-card\"><h2 class=\"vc-card-title\">Another field</h2>\(form)</section>")
        """)
  }

  private func section(_ group: (catalogue: Catalogue, fields: [CustomField])) -> HTML {
    let mayEdit = visit.actor.may(.edit, .field)
    return """
      <section><h2>\(words: group.catalogue.plural.capitalized)</h2>\(ListTable(
        "\(visit.viewer.format.count(group.fields.count, "field", "fields")) of the company's own", rows: group.fields,
        columns: [
          .init("Field", onCard: .title) { field in
            mayEdit ? "<a href=\"\(url: "/fields/\(field.id)")\">\(words: field.label)</a>" : "\(words: field.label)"
          },
          .init("Holds", onCard: .fact) { "\(words: $0.kind.word)\(words: $0.formula.isEmpty ? "" : ": \($0.formula)")" },
          .init("In formulas", onCard: .fact) { "<code>\($0.name)</code>" },
          .init("Choices") { "\($0.choices.joined(separator: ", "))" },
        ], state: ListState(path: "/fields"),
        empty: EmptyState(
          "None yet", reason: "A \(words: group.catalogue.word) has only the fields every company needs.", icon: "forms")))</section>
      """
  }

  private var form: Form {
    Form(
      action: "/fields", csrf: visit.viewer.csrf, submit: "Add the field",
      fields: [
        Field(
          "noun", "Of", .select(catalogues.all.map { Field.Option($0.noun.rawValue, $0.plural.capitalized) }),
          isRequired: true)
      ] + CustomFieldPage.fields(nil, catalogues), values: visit.fields.dictionary,
      problems: problem.map { [$0] } ?? [])
  }
}

/// One field and how it is changed.
struct CustomFieldPage {
  let field: CustomField
  let catalogue: Catalogue
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.page(
      title: field.label, path: "/fields", viewer: visit.viewer, crumbs: [Crumb("Fields", "/fields")],
      lead: "A field of \(words: catalogue.plural), called \(field.name) in formulas, filters and files.",
      actions: visit.actor.may(.delete, .field)
        ? PostButton("Take it away", action: "/fields/\(field.id)/removal", csrf: visit.viewer.csrf, weight: .danger)
          .html
        : HTML(), width: .narrow,
      body: Form(
        action: "/fields/\(field.id)", method: .put, csrf: visit.viewer.csrf, submit: "Save",
        fields: CustomFieldPage.fields(field, nil) + [Field("version", "", .hidden, value: "\(field.version)")],
        values: visit.fields.dictionary, problems: problem.map { [$0] } ?? [], cancel: "/fields"
      ).html)
  }

  static func fields(_ field: CustomField?, _ catalogues: Catalogues?) -> [Field] {
    var all = [Field("label", "Name", .text, value: field?.label ?? "", isRequired: true)]
    if let field {
      all.append(Field("kind", "", .hidden, value: field.kind.rawValue))
    } else {
      all.append(
        Field(
          "kind", "Holds", .select(CustomField.Kind.allCases.map { Field.Option($0.rawValue, $0.word) }),
          isRequired: true))
    }
    if field.map({ $0.kind == .choice || $0.kind == .choices }) ?? true {
      all.append(
        Field(
          "choices", "Choices", .lines(3), value: field?.choices.joined(separator: "\n") ?? "",
          hint: "For a choice: one on each line."))
    }
    if let catalogues {
      all.append(
        Field(
          "target", "Points at", .select(catalogues.all.map { Field.Option($0.noun.rawValue, $0.plural.capitalized) }),
          hint: "For another record."))
    }
    if field.map({ $0.kind == .formula }) ?? true {
      all.append(
        Field(
          "formula", "Formula", .text, value: field?.formula ?? "",
          hint:
            "For a formula: fields, numbers, + - * /, comparisons, if, round, min, max, abs, or_else, missing. Such as round(value / orders, 2)."
        ))
    }
    all.append(
      Field(
        "personal", "It tells who somebody is, so analysts do not see it", .checkbox,
        value: field?.isPersonal == true ? "1" : ""))
    if field?.kind != .formula {
      all.append(Field("required", "It must be filled in", .checkbox, value: field?.isRequired == true ? "1" : ""))
    }
    return all
  }
}
