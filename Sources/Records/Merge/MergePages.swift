import Kernel
import Web

/// Two or more records side by side, with a choice for each field, and what would move.
struct MergeForm {
  let preview: MergePreview
  let catalogue: Catalogue
  let visit: Visit

  var html: HTML {
    Shell.page(
      title: "Merge \(visit.viewer.format.count(preview.sides.count)) \(catalogue.plural)", path: catalogue.path,
      viewer: visit.viewer, crumbs: [Crumb(catalogue.plural.capitalised, catalogue.path)],
      lead: "Choose which one stays and whose values count. The others go into the bin, and all of it can be undone.",
      body: """
        <form class="vc-merge" method="post" action="\(url: MergeRoutes.path)" data-merge>\
        \(Form.hidden(csrf: visit.viewer.csrf))\(Form.hidden("noun", preview.noun.rawValue))\
        \(preview.sides.html { Form.hidden("lose", "\($0.id)") })\
        <section class="vc-card vc-sides"><table class="vc-table"><thead><tr><th scope="col">Which one stays</th>\
        \(preview.sides.html(head))</tr></thead><tbody>\(moving)\(rows)</tbody></table></section>\
        <div class="vc-form-end"><button type="submit" class="btn btn-primary">\(Icon("arrows-join"))Merge into one\
        </button><a class="btn btn-ghost-secondary" href="\(url: catalogue.path)">Cancel</a></div></form>
        """)
  }

  private func head(_ side: MergePreview.Side) -> HTML {
    """
    <th scope="col"><label class="vc-check"><input class="form-check-input" type="radio" name="keep" value="\(side.id)" \
    \(flag: "checked", side.id == preview.proposed)><span><span class="vc-check-label">Keep \(side.title)</span></span>\
    </label><a href="\(url: side.path)">Look at it</a></th>
    """
  }

  private var moving: HTML {
    """
    <tr><th scope="row">What hangs on it</th>\(preview.sides.html { side in
      let words = side.holds.map { visit.viewer.format.count($0.count, $0.word, $0.word) }
      return "<td data-label=\"\(side.title)\">\(words: words.isEmpty ? "nothing" : Format.list(words))</td>"
    })</tr>
    """
  }

  private var rows: HTML {
    preview.rows.filter { row in row.values.contains { $0 != nil } }.html { row in
      "<tr\(when: row.differs, " class=\"vc-differs\"")><th scope=\"row\">\(words: row.label)</th>\(cells(row))</tr>"
    }
  }

  private func cells(_ row: MergePreview.Row) -> HTML {
    zip(preview.sides, row.values).html { side, value in
      let words: HTML = value.map { "\($0)" } ?? "<span class=\"vc-none\">missing</span>"
      guard row.isOpen, row.differs else { return "<td data-label=\"\(side.title)\">\(words)</td>" }
      return """
        <td data-label="\(side.title)"><label class="vc-check"><input class="form-check-input" type="radio" \
        name="choice[\(row.field)]" value="\(side.id)"\(flag: "checked", side.id == chosen(row))>\
        <span>\(words)</span></label></td>
        """
    }
  }

  /// The value of the one that stays, unless it has none.
  private func chosen(_ row: MergePreview.Row) -> Int64 {
    let kept = preview.sides.firstIndex { $0.id == preview.proposed } ?? 0
    if row.values.indices.contains(kept), row.values[kept] != nil { return preview.proposed }
    return zip(preview.sides, row.values).first { $0.1 != nil }?.0.id ?? preview.proposed
  }
}

/// One merge, and undoing it.
struct MergePage {
  let merge: Merge
  let catalogue: Catalogue
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    let undone: HTML? = merge.undoneAt.map { " It was undone by \(merge.undoneBy) \(viewer.time($0))." }
    return Shell.page(
      title: "Merge \(merge.id)", path: MergeRoutes.path, viewer: viewer,
      crumbs: [Crumb("Merges", "\(MergeRoutes.path)?noun=\(merge.noun.rawValue)")],
      lead: """
        \(merge.by) made <a href="\(url: catalogue.path)/\(merge.kept)">\(words: catalogue.word) \(merge.kept)</a> of it and \
        \(words: catalogue.word) \(merge.lost) \(viewer.time(merge.at)).\(undone)
        """,
      width: .narrow, body: merge.isUndone ? HTML() : undo)
  }

  private var undo: HTML {
    guard visit.actor.may(.edit, merge.noun), visit.actor.may(.delete, merge.noun) else { return HTML() }
    return """
      <section class="vc-card"><p>Undoing puts both records back as they were, with all that hung on each.</p>\
      \(PostButton(
        "Undo the merge", action: "\(MergeRoutes.path)/\(merge.id)", csrf: visit.viewer.csrf, method: .delete,
        icon: "arrow-back-up"))</section>
      """
  }
}

/// The newest merges.
struct MergeListPage {
  let merges: [Merge]
  let catalogue: Catalogue
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Merges", path: MergeRoutes.path, viewer: viewer,
      crumbs: [Crumb("Duplicates", "/duplicates?noun=\(catalogue.noun.rawValue)")],
      lead: "Which \(words: catalogue.plural) became one, newest first.",
      body: ListTable(
        "The newest \(merges.count)", rows: merges,
        columns: [
          .init("Merge", onCard: .title) { "<a href=\"\(url: MergeRoutes.path)/\($0.id)\">Merge \($0.id)</a>" },
          .init("Stayed", onCard: .fact) { "<a href=\"\(url: catalogue.path)/\($0.kept)\">\($0.kept)</a>" },
          .init("Went into it", onCard: .fact) { "\($0.lost)" }, .init("By") { "\($0.by)" },
          .init("When", onCard: .fact) { viewer.time($0.at) },
          .init("Stands", onCard: .fact) { merge in
            Badge(merge.isUndone ? "Undone" : "In force", merge.isUndone ? .neutral : .good).html
          },
        ], state: ListState(path: MergeRoutes.path),
        empty: EmptyState(
          "Nothing was merged yet", reason: "Two records become one from the list of duplicates, or from any list.",
          icon: "arrows-join", action: LinkButton("Duplicates", "/duplicates").html)
      ).html)
  }
}

extension String {
  /// With a capital letter first.
  fileprivate var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
