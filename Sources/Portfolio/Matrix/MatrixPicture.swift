import Customers
import Kernel
import Web

/// A matrix as a map whose lines can be dragged.
struct MatrixPicture {
  let answer: MatrixAnswer
  let names: [ID<Customer>: String]
  let format: Format
  private let stops: [MatrixStops]
  private let lines: [MatrixLine]

  /// More customers than this are drawn together where they lie close.
  static let mostAlone = 400
  static let largestAlone = 60

  init(_ answer: MatrixAnswer, names: [ID<Customer>: String], format: Format) {
    self.answer = answer
    self.names = names
    self.format = format
    lines = answer.question.kind.lines.filter { answer.lines[$0] != nil }
    let isLarge = answer.rows.count > 5_000
    let most = isLarge ? (answer.axes.count > 2 ? 40 : 80) : 160
    stops = answer.axes.map { axis in
      MatrixStops(
        axis,
        lines: MatrixLine.allCases.filter { $0.scale == axis.scale }.compactMap { line in
          answer.lines[line].map { ($0, answer.question.lines[line] != nil) }
        }, most: most)
    }
  }

  /// The customers to be named: those drawn alone.
  static func alone(_ answer: MatrixAnswer) -> [ID<Customer>] {
    let placed = answer.rows.filter { answer.places[$0.customer] != nil }
    guard placed.count > mostAlone else { return placed.map(\.customer) }
    return placed.sorted { $0.sales.net > $1.sales.net }.prefix(largestAlone).map(\.customer)
  }

  func map(_ title: String, note: HTML, csv: String?) -> CutMap {
    CutMap(
      id: answer.question.kind.rawValue, title: title, note: note, path: answer.question.kind.path,
      kept: answer.question.byProfit.map { [("by", $0 ? "profit" : "attractiveness")] } ?? [],
      axes: zip(answer.axes, stops).map { axis, stops in
        CutMap.Axis(
          axis.title, suffix: axis.scale.isShare ? "%" : "",
          stops: stops.stops.map { stop in
            CutMap.Stop(
              stop.place, words: words(stop.place, axis.scale), text: stop.text.replacing(".", with: format.decimal))
          })
      },
      lines: lines.map(line), panels: panels, points: points, csv: csv, format: format)
  }

  private func words(_ place: Double, _ scale: MatrixScale) -> String {
    format.number(place, decimals: place == place.rounded() ? 0 : 1) + (scale.isShare ? "\u{A0}%" : "")
  }

  private func line(_ line: MatrixLine) -> CutMap.Line {
    let axis = answer.axis(of: line)
    let figure = answer.lines[line] ?? 0
    let usual = line.usual.map { "usually \(words($0, line.scale))" } ?? "the median"
    let stands =
      answer.question.lines[line] == nil && line.usual == nil
      ? "median, \(words(figure * line.scale.unit, line.scale))" : usual
    return CutMap.Line(line.rawValue, line.title, axis: axis, stop: stops[axis].index(of: figure), hint: stands)
  }

  // Panels

  private var panels: [CutMap.Panel] {
    switch answer.question.kind {
    case .shapiro: return [panel(0, "", x: 0, y: 1)]
    case .turnbullZolkiewski:
      let line = lines.firstIndex(of: .relationship)
      return [
        panel(0, "Relationship value low", x: 0, y: 1, need: line.map { ($0, false) }),
        panel(1, "Relationship value high", x: 0, y: 1, need: line.map { ($0, true) }),
      ]
    case .fiocca:
      let line = lines.firstIndex(of: .importance)
      return [
        panel(0, "Step 1: all accounts", x: 0, y: 1),
        panel(
          1, "Step 2: key accounts only", x: 2, y: 3, need: line.map { ($0, true) }, missing: answer.unplacedSecond),
      ]
    }
  }

  private func panel(
    _ number: Int, _ title: String, x: Int, y: Int, need: (line: Int, isHigh: Bool)? = nil,
    missing: MatrixAnswer.Content? = nil
  ) -> CutMap.Panel {
    let cells = answer.cells.filter { $0.cell.panel == number }
    return CutMap.Panel(
      title, x: x, y: y, need: need,
      cells: cells.map { cell, content in
        CutMap.Cell(cell.word, calls: cell.calls, id: cell.id, x: cell.x, y: cell.y, content: shown(content))
      },
      bubbles: bubbles(
        Set(cells.flatMap(\.content.customers)), x, y, apart: need.map { answer.axis(of: lines[$0.line]) }),
      missing: missing.map(shown))
  }

  func shown(_ content: MatrixAnswer.Content) -> CutMap.Content {
    CutMap.Content(
      customers: content.customers.count, sales: content.sales,
      contribution: answer.hasContribution ? content.contribution : nil)
  }

  /// - Parameter apart: the axis whose line decides who is here; single customers are drawn wherever it stands, so that
  ///   they come and go with it.
  private func bubbles(_ members: Set<ID<Customer>>, _ x: Int, _ y: Int, apart: Int?) -> [CutMap.Bubble] {
    let alone = Set(Self.alone(answer))
    var single: [CutMap.Bubble] = []
    var together: [Int: (x: Double, y: Double, sales: Int64, count: Int)] = [:]
    for (place, row) in answer.rows.enumerated() {
      let isAlone = alone.contains(row.customer)
      guard members.contains(row.customer) || (apart != nil && isAlone), let across = point(x, place),
        let up = point(y, place)
      else { continue }
      if isAlone {
        let money = CutMap.money(row.sales.net, format)
        single.append(
          CutMap.Bubble(
            x: across, y: up, size: Double(row.sales.net),
            words:
              "\(names[row.customer] ?? "Customer"): \(words(across, answer.axes[x].scale)) across, \(words(up, answer.axes[y].scale)) up, sales \(money)",
            link: "/customers/\(row.customer)", stop: apart.map { stops[$0].bin(answer.axes[$0].values[place]) }))
      } else {
        let key = tile(across, x) * 100 + tile(up, y)
        var sum = together[key] ?? (0, 0, 0, 0)
        sum = (sum.x + across, sum.y + up, sum.sales + max(0, row.sales.net), sum.count + 1)
        together[key] = sum
      }
    }
    return single
      + together.sorted { $0.key < $1.key }.map { _, sum in
        CutMap.Bubble(
          x: sum.x / Double(sum.count), y: sum.y / Double(sum.count), size: Double(sum.sales),
          words: "\(format.count(sum.count, "customer", "customers")), sales \(CutMap.money(sum.sales, format))",
          link: nil)
      }
  }

  /// Where a customer stands on an axis as it is drawn; what lies beyond its end stands there.
  private func point(_ axis: Int, _ place: Int) -> Double? {
    guard let value = answer.axes[axis].values[place], let low = stops[axis].stops.first?.place,
      let high = stops[axis].stops.last?.place
    else { return nil }
    return min(high, max(low, value * answer.axes[axis].scale.unit))
  }

  private func tile(_ value: Double, _ axis: Int) -> Int {
    guard let low = stops[axis].stops.first?.place, let high = stops[axis].stops.last?.place, high > low else {
      return 0
    }
    return Int(min(29, max(0, (value - low) / (high - low) * 30)))
  }

  /// Customers by the stops they lie at, for the browser to count.
  private var points: String {
    struct Sum {
      var count = 0
      var sales: Int64 = 0
      var contribution: Int64 = 0
    }
    var sums: [Int: Sum] = [:]
    // In the first drawing a customer is placed by all of its axes or not at all.
    let needed = answer.question.kind == .fiocca ? 2 : answer.axes.count
    for (place, row) in answer.rows.enumerated() {
      var bins = stops.indices.map { stops[$0].bin(answer.axes[$0].values[place]) }
      if bins.prefix(needed).contains(-1) { for axis in 0..<needed { bins[axis] = -1 } }
      let key = bins.reduce(0) { $0 << 12 | ($1 + 1) }
      sums[key, default: Sum()].count += 1
      sums[key, default: Sum()].sales &+= row.sales.net
      sums[key, default: Sum()].contribution &+= row.contribution ?? 0
    }
    let shift = 12
    return sums.sorted { $0.key < $1.key }.map { key, sum in
      let bins = stops.indices.map { axis in
        "\(((key >> (shift * (stops.count - 1 - axis))) & 0xFFF) - 1)"
      }
      return (bins + ["\(sum.count)", "\(sum.sales)", "\(sum.contribution)"]).joined(separator: ",")
    }.joined(separator: ";")
  }
}

extension MatrixAnswer {
  /// The place of a line's axis.
  func axis(of line: MatrixLine) -> Int { axes.firstIndex { $0.scale == line.scale } ?? 0 }
}
