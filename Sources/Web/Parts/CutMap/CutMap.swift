import Kernel

/// A map of customers whose cut lines can be dragged, moved by keys, or typed: counts and money of its cells follow.
///
/// The places a line can stand at are given by the server, and customers are told to the browser only by the place they
/// lie behind. So what the browser counts while a line moves is what the server counts afterwards, however many there are.
package struct CutMap: Part {
  /// A place where a line can stand.
  package struct Stop: Sendable {
    let value: Double
    let words: String
    let text: String

    /// - Parameters:
    ///   - value: on the axis.
    ///   - words: as it is said.
    ///   - text: as it stands in the field; empty for the place a line has by itself.
    package init(_ value: Double, words: String, text: String) {
      (self.value, self.words, self.text) = (value, words, text)
    }
  }

  /// What is measured across, up, or apart from both.
  package struct Axis: Sendable {
    let title: String
    let suffix: String
    let stops: [Stop]

    /// - Parameter stops: ascending; the first is the low end of the drawing, and no line stands there.
    package init(_ title: String, suffix: String, stops: [Stop]) {
      (self.title, self.suffix, self.stops) = (title, suffix, stops)
    }

    var low: Double { stops.first?.value ?? 0 }
    var high: Double { max(stops.last?.value ?? 1, low + 1e-9) }
    func place(_ value: Double) -> Double { min(1, max(0, (value - low) / (high - low))) }
  }

  package struct Line: Sendable {
    let name: String
    let title: String
    let axis: Int
    let stop: Int
    let hint: String

    /// - Parameters:
    ///   - name: the parameter of the address it is sent as.
    ///   - hint: where it stands when nothing is typed.
    package init(_ name: String, _ title: String, axis: Int, stop: Int, hint: String) {
      (self.name, self.title, self.axis, self.stop, self.hint) = (name, title, axis, stop, hint)
    }
  }

  /// Customers between lines.
  package struct Cell: Sendable {
    let word: String
    let calls: String
    let id: String
    let x: Int
    let y: Int
    let content: Content

    /// - Parameters:
    ///   - calls: what to do with them.
    ///   - x: how many lines across lie below it.
    package init(_ word: String, calls: String, id: String, x: Int, y: Int, content: Content) {
      (self.word, self.calls, self.id, self.x, self.y, self.content) = (word, calls, id, x, y, content)
    }
  }

  package struct Content: Sendable {
    let customers: Int
    let sales: Int64
    let contribution: Int64?

    /// - Parameter contribution: nil where nobody's is known.
    package init(customers: Int, sales: Int64, contribution: Int64?) {
      (self.customers, self.sales, self.contribution) = (customers, sales, contribution)
    }
  }

  /// A customer, or several that lie close together.
  package struct Bubble: Sendable {
    let x: Double
    let y: Double
    let size: Double
    let words: String
    let link: String?
    let stop: Int?

    /// - Parameter stop: where it lies on the axis whose line decides between drawings; nil: it stays in its own.
    package init(x: Double, y: Double, size: Double, words: String, link: String?, stop: Int? = nil) {
      (self.x, self.y, self.size, self.words, self.link) = (x, y, max(0, size), words, link)
      self.stop = stop
    }
  }

  package struct Panel: Sendable {
    let title: String
    let x: Int
    let y: Int
    let need: (line: Int, isHigh: Bool)?
    let cells: [Cell]
    let bubbles: [Bubble]
    let missing: Content?

    /// - Parameters:
    ///   - need: on which side of a line of another axis its customers lie.
    ///   - missing: those who belong here and lack an axis, where their number moves with a line.
    package init(
      _ title: String, x: Int, y: Int, need: (line: Int, isHigh: Bool)? = nil, cells: [Cell], bubbles: [Bubble],
      missing: Content? = nil
    ) {
      (self.title, self.x, self.y, self.need) = (title, x, y, need)
      (self.cells, self.bubbles, self.missing) = (cells, bubbles, missing)
    }
  }

  let id: String
  let title: String
  let note: HTML
  let path: String
  let kept: [(String, String)]
  let axes: [Axis]
  let lines: [Line]
  let panels: [Panel]
  let points: String
  let csv: String?
  let format: Format

  /// - Parameters:
  ///   - path: the page's own address, asked again with the lines.
  ///   - kept: parameters that stay when lines move.
  ///   - points: for each group of customers, the stop it lies at on every axis (-1: missing), how many they are, their
  ///     sales and their contribution in minor units; numbers with commas, groups with semicolons.
  package init(
    id: String, title: String, note: HTML, path: String, kept: [(String, String)], axes: [Axis], lines: [Line],
    panels: [Panel], points: String, csv: String?, format: Format
  ) {
    (self.id, self.title, self.note, self.path, self.kept) = (Form.identifier(id), title, note, path, kept)
    (self.axes, self.lines, self.panels, self.points) = (axes, lines, panels, points)
    (self.csv, self.format) = (csv, format)
  }

  /// Money as a cell shows it: whole units, so that the browser can write it the same way.
  package static func money(_ minor: Int64, _ format: Format) -> String {
    format.money(Double(minor) / Double(format.currency.minorPerMajor), decimals: 0)
  }

  /// A number of a cell in a sentence, which follows the lines.
  package static func following(_ panel: Int, _ cell: Cell, _ what: What, _ format: Format) -> HTML {
    """
    <span data-cell="\(panel)-\(cell.x)-\(cell.y)" data-of="\(what.rawValue)">\(what.text(cell.content, format))</span>
    """
  }

  package enum What: String, Sendable {
    case count, sales, contribution

    func text(_ content: Content, _ format: Format) -> String {
      switch self {
      case .count: format.count(content.customers)
      case .sales: CutMap.money(content.sales, format)
      case .contribution: content.contribution.map { CutMap.money($0, format) } ?? "missing"
      }
    }
  }
}
