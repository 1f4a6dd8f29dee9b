import Customers
import Kernel
import Web

/// The form to rate one account, what was measured in the stead of ratings, and who said what when.
struct RatingPage {
  let customer: Customer
  /// The account a site counts with.
  let party: Customer?
  let sheet: RatingRoutes.Sheet
  let measured: [FioccaItem: MatrixRating]
  let visit: Visit
  var problem: Problem?

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Ratings of \(customer.name)", path: MatrixKind.fiocca.path, viewer: visit.viewer,
      crumbs: [
        Crumb("Key accounts", MatrixKind.fiocca.path), Crumb(customer.name, "/customers/\(customer.id)"),
      ], lead: lead, width: .narrow,
      body: """
        \(Form(
          action: RatingRoutes.path(customer.id), method: .put, csrf: visit.viewer.csrf, submit: "Save", rows: rows,
          values: visit.fields.dictionary, problems: problem.map { [$0] } ?? [], cancel: MatrixKind.fiocca.path))
        <section><h2>Who said what</h2>\(history)</section>
        """)
  }

  private var lead: HTML {
    let known = sheet.standing.count
    let words: HTML =
      known == 0
      ? "Nobody has rated it. 1 is the least, 5 the most; leave open what you do not know."
      : "\(format.count(known)) of \(format.count(RatingItem.allCases.count)) items are rated. 1 is the least, 5 the most."
    guard let party else { return words }
    return """
      \(words) A site counts with <a href="\(url: RatingRoutes.path(party.id))">\(party.name)</a>: what is said of that \
      account goes first, else the mean of its sites.
      """
  }

  private var rows: [Form.Row] {
    let choices =
      [Field.Option("", "not rated")]
      + Rating.range.map { value in
        Field.Option("\(value)", value == 1 ? "1, the least" : value == 5 ? "5, the most" : "\(value)")
      }
    return RatingGroup.all.flatMap { group -> [Form.Row] in
      [Form.Row.section(group.title, hint: group.hint)]
        + group.items.map { item in
          .field(
            Field(
              item.rawValue, item.word, .select(choices), value: sheet.standing[item.rawValue].map { "\($0)" } ?? "",
              hint: hint(item)))
        }
    }
  }

  private func hint(_ item: RatingItem) -> HTML {
    let brought = sheet.brought[item.rawValue].map { "A file says \($0); it counts until you choose. " as HTML }
    return "\(brought)\(substitute(item))"
  }

  private func substitute(_ item: RatingItem) -> HTML {
    guard case .fiocca(let item) = item, let substitute = item.substitute else { return HTML() }
    guard let rating = measured[item] else { return "Would be measured by \(substitute), which is not in the data." }
    return """
      \(EvidenceMark(.measured)) Measured by \(substitute): \(format.number(rating.value, decimals: 1)). The figure \
      counts; a rating stands in when it is missing.
      """
  }

  private var history: ListTable<Rating> {
    let (viewer, customer) = (visit.viewer, customer.id)
    let mayEdit = visit.actor.may(.edit, .analysis)
    let standing = Dictionary(
      sheet.history.map { ($0.item, $0.at) }, uniquingKeysWith: { newest, _ in newest })
    return ListTable(
      "\(format.count(sheet.history.count, "entry", "entries")), the newest first", rows: sheet.history,
      columns: [
        .init("What", onCard: .title) { "\(words: $0.item.word)" },
        .init("Rating", isNumber: true, onCard: .fact) { "\($0.value.map { "\($0)" } ?? "taken back")" },
        .init("By", onCard: .fact) { "\($0.by)" }, .init("When", onCard: .fact) { viewer.time($0.at) },
        .init("") { row -> HTML in
          guard mayEdit, row.value != nil, standing[row.item] == row.at else { return HTML() }
          return PostButton(
            "Take back", action: "\(RatingRoutes.path(customer))/\(row.item.rawValue)", csrf: viewer.csrf,
            method: .delete, weight: .quiet
          ).html
        },
      ],
      state: ListState(path: RatingRoutes.path(customer)),
      empty: EmptyState("Nothing rated yet", reason: "Choose above and save.", icon: "star"))
  }
}
