import Kernel
import Records
import Web

extension Tag {
  /// The tag as a mark.
  package var html: HTML { "<span class=\"vc-tag vc-tag-\(tone.rawValue)\">\(name)</span>" }
}

/// The company's tags, and the form to add one.
struct TagListPage {
  let tags: [TagUse]
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    let (viewer, actor) = (visit.viewer, visit.actor)
    return Shell.page(
      title: "Tags", path: TagRoutes.path, viewer: viewer, lead: "Words the whole company marks records with.",
      width: .narrow,
      body: """
        \(ListTable(
          "\(viewer.format.count(tags.count, "tag", "tags")), by name", rows: tags,
          columns: [
            .init("Tag", onCard: .title) { use in
              actor.may(.edit, .tag) ? "<a href=\"/tags/\(use.tag.id)/edit\">\(use.tag.html)</a>" : use.tag.html
            },
            .init("Records", isNumber: true, onCard: .fact) { "\(viewer.format.count($0.uses))" },
            .init("Made", onCard: .fact) { "\(viewer.time($0.tag.createdAt)) by \($0.tag.by)" },
          ],
          state: ListState(path: TagRoutes.path),
          empty: EmptyState(
            "No tags yet", reason: "Add the first below, or type one on the page of a customer.", icon: "tags")))\
        \(when: actor.may(.create, .tag), "<section><h2>Add a tag</h2>\(form)</section>")
        """)
  }

  private var form: Form {
    Form(
      action: TagRoutes.path, csrf: visit.viewer.csrf, submit: "Add",
      fields: [Field("name", "Name", .text, isRequired: true), TagPage.tones(.grey)], values: visit.fields.dictionary,
      problems: problem.map { [$0] } ?? [])
  }
}

/// One tag: its name and colour, merging it, taking it away.
struct TagPage {
  let tag: Tag
  let others: [Tag]
  let visit: Visit
  var problem: Problem?

  private var path: String { "/tags/\(tag.id)" }

  var html: HTML {
    let csrf = visit.viewer.csrf
    let mayEdit = visit.actor.may(.edit, .tag)
    return Shell.page(
      title: tag.name, path: TagRoutes.path, viewer: visit.viewer, crumbs: [Crumb("Tags", TagRoutes.path)],
      lead: "Made \(visit.viewer.time(tag.createdAt)) by \(tag.by).",
      actions: visit.actor.may(.delete, .tag)
        ? PostButton("Delete", action: path, csrf: csrf, method: .delete, weight: .quiet, icon: "trash").html : HTML(),
      width: .narrow,
      body: """
        \(when: mayEdit, Form(
          action: path, method: .put, csrf: csrf, submit: "Save",
          fields: [
            Field("name", "Name", .text, value: tag.name, isRequired: true), Self.tones(tag.tone),
            Field("version", "", .hidden, value: "\(tag.version)"),
          ], values: visit.fields.dictionary, problems: problem.map { [$0] } ?? [], cancel: TagRoutes.path
        ).html)\
        \(when: mayEdit && !others.isEmpty, "<section><h2>Make one of two</h2>\(merge)</section>")
        """)
  }

  private var merge: Form {
    Form(
      action: "\(path)/merge", csrf: visit.viewer.csrf, submit: "Merge",
      fields: [
        Field(
          "into", "Into",
          .select([Field.Option("", "Choose the tag that stays")] + others.map { .init("\($0.id)", $0.name) }),
          hint: "Every record of “\(tag.name)” bears the other then.", isRequired: true)
      ])
  }

  static func tones(_ tone: Tag.Tone) -> Field {
    Field(
      "tone", "Colour", .select(Tag.Tone.allCases.map { .init($0.rawValue, $0.rawValue.capitalized) }),
      value: tone.rawValue, isRequired: true)
  }
}

/// The tags on the page of a record, with a way to take each off and to add one.
package struct TagSection: Part {
  let tags: [Tag]
  let record: RecordKey
  let path: String
  let visit: Visit
  let mayEdit: Bool

  /// - Parameter mayEdit: whether the viewer may edit the record.
  package init(_ tags: [Tag], of record: RecordKey, path: String, visit: Visit, mayEdit: Bool) {
    self.tags = tags
    self.record = record
    self.path = path
    self.visit = visit
    self.mayEdit = mayEdit && visit.actor.writes("tags", of: record.noun)
  }

  package var html: HTML {
    guard visit.actor.may(.see, .tag), visit.actor.reads("tags", of: record.noun) else { return HTML() }
    guard mayEdit || !tags.isEmpty else { return HTML() }
    return "<div class=\"vc-tags\"><ul aria-label=\"Tags\">\(tags.html(line))</ul>\(when: mayEdit, add)</div>"
  }

  private func line(_ tag: Tag) -> HTML {
    guard mayEdit else { return "<li>\(tag.html)</li>" }
    return """
      <li><form class="vc-post" method="post" action="/taggings/\(record.noun.rawValue)/\(record.id)/\(tag.id)">\
      \(Form.hidden(csrf: visit.viewer.csrf, method: .delete))\(Form.hidden("return", path))\
      <span class="vc-tag vc-tag-\(tag.tone.rawValue)">\(tag.name)<button type="submit" class="vc-tag-off">\(Icon("x"))\
      <span class="visually-hidden">Take off \(tag.name)</span></button></span></form></li>
      """
  }

  private var add: HTML {
    """
    <form class="vc-tag-add" method="post" action="/taggings" data-tags="/tags/suggestions">\
    \(Form.hidden(csrf: visit.viewer.csrf))\(Form.hidden("return", path))\
    \(Form.hidden("noun", record.noun.rawValue))\(Form.hidden("record", "\(record.id)"))\
    <label><span class="visually-hidden">Add a tag</span>\
    <input class="form-control" name="tag" maxlength="60" placeholder="Add a tag" autocomplete="off" required></label>\
    <button type="submit" class="btn btn-ghost-secondary">\(Icon("plus"))<span class="visually-hidden">Add</span></button></form>
    """
  }
}
