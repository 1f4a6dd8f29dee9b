import Kernel
import Testing
import Web

@Suite struct ChartTests {
  let format = Format.standard

  func curve(_ points: [(Double, Double)], cut: Double? = 0.8) -> Chart.Kind {
    .shareCurve(.init(points: points.map { .init(customers: $0.0, value: $0.1) }, cut: cut))
  }

  func text(_ kind: Chart.Kind) -> String { Chart(id: "c", title: "A finding", kind: kind, format: format).html.text }

  @Test func `the line at 80 per cent is found in the data`() {
    let drawn = text(curve([(0.2, 0.6), (0.4, 1.0), (1, 1)]))
    #expect(drawn.contains("30.0\u{A0}% of customers bring 80\u{A0}%"))
    #expect(!text(curve([(0.5, 0.5), (1, 0.7)])).contains("of customers bring 80\u{A0}%"))
  }

  @Test func `a drawing stands there without scripts and says its finding`() {
    let drawn = text(curve([(0.2, 0.6), (1, 1)]))
    #expect(drawn.contains("<svg viewBox="))
    #expect(drawn.contains("role=\"img\" aria-labelledby=\"c-title\""))
    #expect(drawn.contains("<h2 id=\"c-title\">A finding</h2>"))
    #expect(drawn.contains("<table"))
  }

  @Test func `nothing to draw is said in words`() {
    let nothing = text(.lines(.init(labels: [], series: [], unit: .count, title: "")))
    #expect(nothing.contains("Nothing to draw yet"))
    #expect(!nothing.contains("<svg"))
  }

  @Test func `a point that is no number is left out and breaks nothing`() {
    for value in [Double.nan, .infinity, -.infinity] {
      for kind in [
        curve([(value, value), (1, 1)]),
        .bars(.init(labels: ["a"], series: [.init("s", [value])], unit: .count, title: "")),
        .lines(.init(labels: ["a", "b"], series: [.init("s", [value, 1])], unit: .share, title: "")),
        .waterfall(.init(steps: [.init("a", value)], unit: .count, title: "")),
        .heatMap(
          .init(
            rowTitle: "r", columnTitle: "c", columns: ["1"], rows: [.init("a", cells: [.init(value)])], unit: .share)),
        .bubbles(
          .init(
            bubbles: [.init("a", x: value, y: 1, size: value), .init("b", x: 1, y: 1)], x: .init("x", .count),
            y: .init("y", .count), sizeTitle: "", sizeUnit: .count)),
        .dumbbells(
          .init(rows: [
            .init("a", forecast: value, came: 1, words: words),
            .init("b", forecast: 1, low: value, high: 2, came: value, words: words),
          ])),
      ] as [Chart.Kind] {
        let drawn = text(kind)
        #expect(!drawn.contains("nan") && !drawn.contains("inf\""))
      }
    }
  }

  private let words = Chart.Dumbbells.Words(forecast: "10", interval: "8 to 12", came: "15", error: "33 % too low")

  @Test func `what came stands beside what was expected, in its own unit`() {
    let row = Chart.Dumbbells.Row("Orders", forecast: 1, low: 0.8, high: 1.2, came: 1.5, words: words, link: "/here")
    let drawn = text(.dumbbells(.init(rows: [row])))
    for cell in ["10", "8 to 12", "15", "33 % too low"] {
      #expect(drawn.contains("<td class=\"vc-number\">\(cell)</td>"))
    }
    #expect(
      drawn.contains("vc-reach") && drawn.contains("href=\"/here\"") && drawn.contains("Expected, with its interval"))
    let open = text(.dumbbells(.init(rows: [.init("Orders", forecast: 1, came: nil, words: words)])))
    #expect(!open.contains("vc-reach") && open.contains("vc-dot"))
  }

  @Test func `a waterfall ends where its steps lead`() {
    let drawn = text(
      .waterfall(
        .init(
          steps: [.init("Start", 100, isTotal: true), .init("Less", -30), .init("End", 70, isTotal: true)],
          unit: .count, title: "")))
    #expect(drawn.contains("<td class=\"vc-number\">70</td>"))
    #expect(drawn.contains("vc-fall"))
  }

  @Test func `a shaded cell links to its rows and says what it rests on`() {
    let drawn = text(
      .heatMap(
        .init(
          rowTitle: "First bought", columnTitle: "Month", columns: ["0", "1"],
          rows: [
            .init("Jan", size: "9", cells: [.init(1), .init(0.5, link: "/rows?m=1", note: "4 of 8 customers")]),
            .init("Feb", cells: [.init(0), nil]),
          ], unit: .share)))
    #expect(drawn.contains("class=\"vc-number vc-h4\" title=\"4 of 8 customers\"><a href=\"/rows?m=1\">50\u{A0}%</a>"))
    #expect(drawn.contains("vc-h9"))
    #expect(drawn.contains("vc-heat-none"))
  }

  @Test func `extreme amounts are drawn`() {
    for value in [0, 1e-12, 1e14, -1e14, 1e300] {
      let drawn = text(
        .bars(.init(labels: ["a", "b"], series: [.init("s", [value, value / 2])], unit: .money(.euro), title: "")))
      #expect(drawn.contains("<svg"))
    }
  }
}
