import Analytics
import Foundation
import Testing

@Suite struct StudyTests {
  @Test func `estimates come nearer to the truth with more customers`() throws {
    let plot = ModelStudy.recovery(
      of: BetaGeometricProcess(r: 0.8, alpha: 6, a: 0.7, b: 1.8, leavesAtOnce: true), sizes: [1_000, 16_000], age: 60,
      seed: 2)
    let rate = try #require(plot.series.first { $0.name == "alpha" })
    #expect(rate.y.count == 2)
    #expect(abs(rate.y[1] - 1) < 0.1)
    let (low, high) = (plot.series[4].y, plot.series[5].y)
    #expect(high[1] - low[1] < 0.5 * (high[0] - low[0]))
    #expect(
      plot
        == ModelStudy.recovery(
          of: BetaGeometricProcess(r: 0.8, alpha: 6, a: 0.7, b: 1.8, leavesAtOnce: true), sizes: [1_000, 16_000],
          age: 60, seed: 2))
  }

  @Test func `a plot is drawn with what it holds and nothing else`() throws {
    let svg = StudyPlot(
      title: "a < b & c", xLabel: "x", yLabel: "y",
      series: [.init(name: "one", x: [1, 2, .nan, 3], y: [1, 4, 2, 9], isLine: false)]
    ).svg()
    #expect(svg.contains("a &lt; b &amp; c"))
    // Three points and the dot of the legend; the one that is not a number is left out.
    #expect(svg.components(separatedBy: "<circle").count - 1 == 4)
    #expect(!svg.contains("nan"))
    let empty = StudyPlot(title: "", xLabel: "", yLabel: "", series: []).svg()
    #expect(empty.contains("</svg>"))
  }

  @Test func `calibration and regret are drawn from comparisons`() throws {
    let log = try Samples.cdnowTenth()
    let comparison = try ModelComparison(log, until: Samples.day("1997-09-30"))
    let plot = ModelStudy.calibration(of: comparison)
    #expect(plot.series.count == 6)
    #expect(plot.series[0].x.count == 10)
    let regret = try ModelRegret(log, origin: Samples.day("1997-09-30"), days: 91)
    #expect(ModelStudy.regret([("tenth", [regret])]).series[0].y == [regret.regret * 100])
  }

  @Test func `a study is made again from its seed`() throws {
    let study = try StudyReport(seed: 3, sizes: [1_000, 20_000])
    #expect(
      study.findings.map(\.name) == [
        "recovery-mbg-nbd", "recovery-pareto-nbd", "calibration", "coverage-pareto-nbd", "regret",
      ])
    for finding in study.findings {
      #expect(finding.plot.series.contains { !$0.x.isEmpty }, "\(finding.name)")
      #expect(!finding.finding.contains("nan") && !finding.finding.contains("no model"), "\(finding.finding)")
    }
    // The generated customers buy regularly, and the scorecard sees it.
    #expect(study.findings[2].finding.hasPrefix("mbg-cnbd-k"), "\(study.findings[2].finding)")
    #expect(try StudyReport(seed: 3, sizes: [1_000, 20_000]) == study)
    #expect(try StudyReport(seed: 4, sizes: [1_000]).findings[0] != study.findings[0])
  }
}
