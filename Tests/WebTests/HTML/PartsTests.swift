import Foundation
import Kernel
import Testing
import Web

/// The words of a piece of a page, without its markup.
private enum Outline {
  static func plain(_ html: HTML) -> String {
    var result = ""
    var isInside = false
    for scalar in html.text.unicodeScalars {
      if scalar == "<" { isInside = true }
      if !isInside { result.unicodeScalars.append(scalar) }
      if scalar == ">" {
        isInside = false
        result.unicodeScalars.append(" ")
      }
    }
    return result.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

@Suite struct PartsTests {
  let hostile = "\"\u{301} onfocus=alert(1) autofocus <img src=x onerror=alert(1)> ' `"
  let format = Format.standard
  let now = Instant(microseconds: 1_795_293_543_000_000)

  func figure(_ value: Double?, n: Int = 2_469, grade: Figure.Grade = .measured, missing: [Figure.Gap] = []) -> Figure {
    Figure(
      id: "topShare.20", title: "Share of the top fifth", value: value, unit: .share, asOf: Day("2026-11-20"),
      window: nil, method: "F2", explanation: "Sorted, best first.", n: n, grade: grade, missing: missing)
  }

  func viewer(theme: Viewer.Theme = .system, navigation: Navigation = Navigation([])) -> Viewer {
    Viewer(name: hostile, company: hostile, csrf: "token", theme: theme, now: now, navigation: navigation)
  }

  /// Whether any piece of the hostile text got out of its quotes.
  func isTame(_ html: HTML) -> Bool {
    // A data block holds quotes as JSON does; it cannot be left, since every `<` in it is escaped.
    let pieces = html.text.components(separatedBy: "<script")
    let text = (pieces[0...0] + pieces.dropFirst().map { $0.components(separatedBy: "</script>").dropFirst().joined() })
      .joined()
    return !html.text.utf8.containsRun("<img src=x".utf8) && !text.utf8.containsRun("\"\u{301}".utf8)
  }

  @Test func `a missing figure says missing and what to do, never zero`() {
    let card = FigureCard(
      figure(nil, missing: [.init("Unit costs are not known", customers: 312)]), format: format,
      mend: LinkButton("Enter costs", "/costs").html)
    let words = Outline.plain(card.html)
    #expect(words.contains("missing"))
    #expect(words.contains("Unit costs are not known, for 312 customers"))
    #expect(words.contains("Enter costs"))
    #expect(!words.contains("0 %"))
  }

  @Test func `a figure can be asked where it comes from`() {
    let words = Outline.plain(FigureCard(figure(0.678), format: format, rows: "/rows", formula: "/f2").html)
    for part in [
      "67.8", "Sorted, best first.", "F2", "20 Nov 2026", "2,469", "Measured from transactions", "Show the rows",
      "Show the formula",
    ] {
      #expect(words.contains(part), "\(part)")
    }
    #expect(!words.contains("read it with care"))
    #expect(Outline.plain(FigureCard(figure(0.5, n: 12), format: format).html).contains("read it with care"))
  }

  @Test func `each grade is drawn and said differently`() {
    let marks = Set(Figure.Grade.allCases.map { EvidenceMark($0).html.text })
    #expect(marks.count == 4)
    #expect(EvidenceMark(.assumed).html.text.contains("Assumed"))
  }

  @Test func `a form keeps what was typed and says the mend beside the field`() {
    let form = Form(
      action: "/company", method: .put, csrf: "token", submit: "Save",
      fields: [
        Field("name", "Name", isRequired: true), Field("secret", "Password", .password),
        Field("cost", "Cost", .money(.euro)),
      ],
      values: ["name": hostile, "secret": "hidden!", "cost": "12abc"],
      problems: [
        Problem(.invalid, field: "cost", "This is not an amount.", mend: "Write it as 1.50."),
        Problem(.conflict, "Somebody else saved this.", mend: "Look again."),
      ])
    let text = form.html.text
    #expect(isTame(form.html))
    #expect(text.contains("value=\"12abc\""))
    #expect(text.contains("aria-invalid=\"true\""))
    #expect(text.contains("id=\"field-cost-error\""))
    #expect(text.contains("Write it as 1.50."))
    #expect(text.contains("Somebody else saved this."))
    #expect(text.contains("name=\"_method\" value=\"PUT\""))
    #expect(text.contains("name=\"_csrf\" value=\"token\""))
    #expect(!text.contains("hidden!"))
  }

  @Test func `a form that asks carries no token`() {
    let form = Form(action: "/list", method: .get, csrf: "token", submit: "Narrow", fields: [Field("q", "Name")])
    #expect(!form.html.text.contains("token"))
    #expect(form.html.text.contains("method=\"get\""))
  }

  @Test func `a form with a file is sent in parts`() {
    let form = Form(action: "/i", csrf: "t", submit: "Go", fields: [Field("file", "File", .file(accept: ".csv"))])
    #expect(form.html.text.contains("enctype=\"multipart/form-data\""))
  }

  @Test func `a list links its order and its pages, and keeps its filters`() {
    let state = ListState(
      path: "/customers", parameters: [("stage", "loyal & true")], sort: "name", isDescending: false, next: "a=b")
    let table = ListTable<Int>(
      "Everybody", rows: [1, 2],
      columns: [
        .init("Name", sort: "name") { "<a href=\"/c/\($0)\">\($0)</a>" },
        .init("Revenue", isNumber: true, sort: "revenue", startsDescending: true) { "\($0)" },
      ],
      state: state, empty: EmptyState("None", reason: ""))
    let text = table.html.text
    #expect(text.contains("aria-sort=\"ascending\""))
    #expect(text.contains("/customers?stage=loyal%20%26%20true&amp;sort=-name\""))
    #expect(text.contains("/customers?stage=loyal%20%26%20true&amp;sort=-revenue\""))
    #expect(text.contains("/customers?stage=loyal%20%26%20true&amp;sort=name&amp;after=a%3Db\""))
    #expect(!text.contains("rel=\"prev\""))
  }

  @Test func `an empty list says why and what changes that`() {
    let table = ListTable<Int>(
      "Imports", rows: [], columns: [.init("Name") { "\($0)" }], state: ListState(path: "/i"),
      empty: EmptyState("Nothing was imported", reason: "Bring a file.", action: LinkButton("Import", "/i/new").html))
    #expect(Outline.plain(table.html).contains("Nothing was imported Bring a file. Import"))
    #expect(!table.html.text.contains("<table"))
  }

  @Test func `a place without a page is drawn with its state and is no link`() {
    let navigation = Navigation([
      NavigationEntry("Portfolio", "/portfolio", icon: "x", group: .stage),
      NavigationEntry("Intimacy", nil, icon: "x", group: .stage, state: "not in use yet"),
    ])
    let page = Shell.page(
      title: "T", path: "/portfolio/concentration", viewer: viewer(navigation: navigation), body: "")
    let text = page.text
    #expect(text.contains("not in use yet"))
    #expect(text.contains("href=\"/portfolio\" aria-current=\"page\""))
    #expect(!text.contains("href=\"#\""))
  }

  @Test func `a place is current only for its own paths`() {
    let navigation = Navigation([
      NavigationEntry("C", "/customer", icon: "x", group: .daily), NavigationEntry("H", "/", icon: "x", group: .daily),
    ])
    func isMarked(_ path: String) -> Bool {
      Shell.page(title: "T", path: path, viewer: viewer(navigation: navigation), body: "").text
        .contains("href=\"/customer\" aria-current=\"page\"")
    }
    #expect(isMarked("/customer"))
    #expect(isMarked("/customer/7"))
    #expect(!isMarked("/customers"))
    #expect(!isMarked("/"))
  }

  @Test func `no page carries a style attribute, an inline script or a handler`() {
    let chart = Chart(
      id: hostile, title: hostile,
      kind: .bars(
        .init(labels: [hostile], series: [.init(hostile, [1])], unit: .count, title: hostile, links: ["javascript:x"])),
      format: format)
    let body: HTML = """
      \(chart)\(FigureRow([FigureCard(figure(0.5), format: format)]))\(InlineFigure(figure(0.5), format: format))\
      \(Stepper([hostile], current: 0))\(ProgressBar(hostile, share: .nan, words: hostile, events: hostile))\
      \(Timeline([.init("x", text: HTML(text: hostile), time: "")]))\
      \(ConfirmDialog(hostile, question: hostile, explanation: "", confirm: hostile, action: "/x", csrf: hostile))\(Badge(hostile))
      """
    let page = Shell.page(
      title: hostile, path: hostile, viewer: viewer(), crumbs: [Crumb(hostile, hostile)], body: body)
    #expect(isTame(page))
    #expect(!page.text.utf8.containsRun(" style=".utf8))
    #expect(!page.text.utf8.containsRun("<style".utf8))
    #expect(
      !page.text.utf8.containsRun("javascript:x\"".utf8) || page.text.utf8.containsRun("\"link\":\"javascript:x\"".utf8)
    )
    #expect(!page.text.utf8.containsRun("href=\"javascript".utf8))
    for piece in page.text.components(separatedBy: "<script").dropFirst() {
      #expect(piece.hasPrefix(" type=\"application/json\"") || piece.hasPrefix(" type=\"module\" src=\"/assets/"))
    }
  }

  @Test func `the theme follows the system unless it was chosen`() {
    let system = Shell.page(title: "T", path: "/", viewer: viewer(), body: "").text
    #expect(!system.contains("data-bs-theme"))
    #expect(system.contains("tabler-dark.css\" media=\"(prefers-color-scheme: dark)\""))
    let dark = Shell.page(title: "T", path: "/", viewer: viewer(theme: .dark), body: "").text
    #expect(dark.contains("<html lang=\"en\" data-bs-theme=\"dark\">"))
    #expect(!dark.contains("tabler-dark.css"))
  }

  @Test func `a decision asks for everything it will be judged by`() {
    let box = DecisionBox(
      question: "What now?", figure: figure(0.678), version: "November 2026",
      choices: [.init("keep", "Keep them", effect: "€5,000 a year", cost: "€100")], owners: [.init("1", "Mara")],
      action: "/decisions", csrf: "t", format: format, hidden: [("figure", "topShare.20")], effectUnit: "EUR")
    for name in ["choice", "effect", "owner", "review_day", "reason", "figure"] {
      #expect(box.html.text.contains("name=\"\(name)\""), "\(name)")
    }
    #expect(Outline.plain(box.html).contains("Expected: €5,000 a year. Costs: €100"))
  }

  @Test func `the board names the one missing fact`() {
    let board = ChainBoard(
      stages: [
        .init("Portfolio", path: "/p", question: "Whom?", figure: figure(0.3), gate: .notMet("no sponsor is named"))
      ],
      conditions: [.init("Data", path: nil, icon: "database", gate: .unknown("no feed"))], format: format)
    let words = Outline.plain(board.html)
    #expect(words.contains("Gate not met : no sponsor is named"))
    #expect(words.contains("Gate unknown : no feed"))
  }
}

extension Collection where Element == UInt8 {
  fileprivate func containsRun(_ run: some Collection<UInt8>) -> Bool {
    var rest = self[...]
    while !rest.isEmpty {
      if rest.starts(with: run) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}
