import Analytics
import Foundation
import Testing

/// Fits and worked examples as the papers print them and as other programs compute them.
@Suite struct PurchaseGoldenTests {
  struct Fit {
    let report: FitReport
    let process: any PurchaseProcess
    init<Process: PurchaseProcess>(_ fitted: FittedPurchases<Process>) {
      report = fitted.report
      process = fitted.process
    }
  }

  static func fit(_ name: String) throws -> Fit {
    let histories = try Samples.cdnowTenthBase().histories
    switch name {
    case "nbd": return Fit(try NegativeBinomialModel().fit(histories))
    case "bg-nbd": return Fit(try BetaGeometricNBD().fit(histories))
    case "mbg-nbd": return Fit(try BetaGeometricNBD(leavesAtOnce: true).fit(histories))
    case "bg-cnbd-2": return Fit(try BetaGeometricNBD(regularity: .fixed(2)).fit(histories))
    case "mbg-cnbd-2": return Fit(try BetaGeometricNBD(regularity: .fixed(2), leavesAtOnce: true).fit(histories))
    default: return Fit(try ParetoNBD().fit(histories))
    }
  }

  static let names = ["nbd", "bg-nbd", "mbg-nbd", "bg-cnbd-2", "mbg-cnbd-2", "pareto-nbd"]

  @Test(arguments: names)
  func `the fit of the CDNOW tenth is the published one`(name: String) throws {
    let golden = try #require(try GoldenFile.read(name).fit)
    let report = try Self.fit(name).report
    // Where the source has three decimals only, no more can be asked.
    #expect(abs(report.logLikelihood - golden.logLikelihood) < (name.contains("cnbd") ? 6e-4 : 1e-4))
    for (parameter, expected) in golden.parameters {
      let value = try #require(report.parameters[parameter])
      #expect(
        agrees(value, expected, within: golden.parameterTolerance?[parameter] ?? 1e-3), "\(parameter) is \(value)")
    }
    for (parameter, expected) in golden.standardErrors ?? [:] {
      let value = try #require(report.standardErrors[parameter])
      #expect(agrees(value, expected, within: 3e-3), "The standard error of \(parameter) is \(value)")
    }
    #expect(report.converged)
    #expect(report.customers == 2_357)
    #expect(report.repeatCustomers == 946)
    #expect(abs(report.aic - (2 * Double(golden.parameters.count) - 2 * report.logLikelihood)) < 1e-9)
    #expect(abs(report.bic - (Double(golden.parameters.count) * log(2_357) - 2 * report.logLikelihood)) < 1e-9)
  }

  @Test(arguments: ["bg-nbd", "mbg-nbd", "pareto-nbd"])
  func `worked examples agree to four digits`(name: String) throws {
    let fitted = try Self.fit(name).process
    for check in try GoldenFile.read(name).checks {
      let process = check.parameters.map { fitted.with(parameters: $0) } ?? fitted
      let values = try Self.values(of: check, process)
      for (value, expected) in zip(values, check.expected) {
        #expect(
          agrees(value, expected, within: check.tolerance),
          "\(check.quantity) \(check.history ?? []) \(check.periods ?? 0): \(value), not \(expected) [\(check.source)]")
      }
    }
  }

  static func values(of check: GoldenFile.Check, _ process: some PurchaseProcess) throws -> [Double] {
    let history = try check.history.map {
      try PurchaseHistory(frequency: Int($0[0]), recency: $0[1], age: $0[2])
    }
    let outlook = history.map { process.outlook(for: $0) } ?? process.newCustomer
    switch check.quantity {
    case "pAlive": return [outlook.pAlive]
    case "expected": return [outlook.expectedPurchases(in: check.periods ?? 0)]
    case "dert": return [outlook.discountedPurchases(rate: check.rate ?? 0)]
    default:
      let first = check.first ?? 0
      let chances = outlook.distribution(in: check.periods ?? 0, limit: first + check.expected.count - 1)
      return Array(chances[first...])
    }
  }

  struct HoldoutGolden: Sendable {
    let name: String
    let alive: Double?
    let expected, absolute, square: Double
    let correlation: Double
  }

  @Test(arguments: [
    HoldoutGolden(
      name: "bg-nbd", alive: 1917.278, expected: 1653.409, absolute: 0.785454, square: 1.607982, correlation: 0.62565),
    HoldoutGolden(
      name: "mbg-nbd", alive: 1057.636, expected: 1576.728, absolute: 0.764779, square: 1.607183, correlation: 0.62725),
    HoldoutGolden(
      name: "pareto-nbd", alive: 1051.875, expected: 1665.513, absolute: 0.754523, square: 1.602848,
      correlation: 0.63022),
    HoldoutGolden(
      name: "nbd", alive: nil, expected: 2929.820, absolute: 1.041020, square: 1.859523, correlation: 0.58338),
  ])
  func `the hold-out of the CDNOW tenth is forecast as elsewhere`(golden: HoldoutGolden) throws {
    let base = try Samples.cdnowTenthBase()
    #expect(base.histories.repeatPurchases == 2_457)
    #expect(base.holdoutPurchases.reduce(0, +) == 1_882)
    let fit = try Self.fit(golden.name)
    let outlooks = try (0..<base.histories.rowCount).map { row -> (alive: Double, expected: Double) in
      let outlook: any Outlook = fit.process.outlook(for: try #require(base.histories[row]))
      return (outlook.pAlive, outlook.expectedPurchases(in: 39))
    }
    let errors = zip(outlooks, base.holdoutPurchases).map { $0.expected - Double($1) }
    let count = Double(errors.count)
    if let alive = golden.alive { #expect(agrees(outlooks.reduce(0) { $0 + $1.alive }, alive, within: 1e-4)) }
    #expect(agrees(outlooks.reduce(0) { $0 + $1.expected }, golden.expected, within: 1e-4))
    #expect(agrees(errors.reduce(0) { $0 + abs($1) } / count, golden.absolute, within: 1e-4))
    #expect(agrees((errors.reduce(0) { $0 + $1 * $1 } / count).squareRoot(), golden.square, within: 1e-4))
    let correlation = Self.correlation(outlooks.map(\.expected), base.holdoutPurchases.map(Double.init))
    #expect(agrees(correlation, golden.correlation, within: 1e-4))
  }

  static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let xy = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    let xx = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let yy = y.reduce(0) { $0 + ($1 - meanY) * ($1 - meanY) }
    return xy / (xx * yy).squareRoot()
  }

  @Test func `extreme histories give finite numbers`() throws {
    let busy = ParetoProcess(r: 0.5143, alpha: 2.8845, s: 0.2856, beta: 14.1087)
    for (x, last, age) in [
      (221, 103.42857, 103.57143), (254, 97.14286, 97.28571), (161, 94.71429, 98), (204, 98.57143, 99.42857),
    ] {
      let outlook = busy.outlook(for: try PurchaseHistory(frequency: x, recency: last, age: age))
      #expect(outlook.pAlive > 0.001 && outlook.pAlive <= 1)
      #expect(outlook.expectedPurchases(in: 52).isFinite)
    }
    let sharp = ParetoProcess(r: 10.465, alpha: 0.00798565, s: 3.0516, beta: 2.82)
    for x in stride(from: 400, through: 500, by: 10) {
      let outlook = sharp.outlook(for: try PurchaseHistory(frequency: x, recency: 5, age: 6))
      #expect(outlook.pAlive.isFinite && outlook.expectedPurchases(in: 30).isFinite)
    }
    let gone = BetaGeometricProcess(r: 0.243, alpha: 4.414, a: 0.793, b: 2.426)
      .outlook(for: try PurchaseHistory(frequency: 1_000, recency: 10, age: 100))
    #expect(gone.pAlive < 1e-100)
    #expect(gone.expectedPurchases(in: 30) < 1e-100)
    let chances = gone.distribution(in: 30, limit: 10)
    #expect(chances.allSatisfy { $0.isFinite })
  }

  @Test func `the BG/NBD expectation passes smoothly through a of one`() throws {
    func value(_ a: Double) -> Double {
      BetaGeometricProcess(r: 0.5, alpha: 5, a: a, b: 2).newCustomer.expectedPurchases(in: 39)
    }
    #expect(abs(value(1) - (value(1 - 1e-5) + value(1 + 1e-5)) / 2) < 1e-9)
  }
}
