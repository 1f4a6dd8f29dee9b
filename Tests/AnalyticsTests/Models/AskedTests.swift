import Analytics
import Foundation
import Kernel
import Testing

/// Answers keep to what was asked: the model's name, the currency, the number of customers.
@Suite struct AskedTests {
  @Test func `a CNBD-k model keeps its name and says that k is one`() throws {
    let truth = BetaGeometricProcess(r: 0.8, alpha: 6, a: 0.7, b: 1.8, leavesAtOnce: true)
    let sample = Simulated(truth, count: 6_000, age: 78, seed: 11).histories
    let plain = try ModelName.mbgNBD.fit(.histories(sample)).report
    for regularity in [1, nil] {
      let report = try ModelName.mbgCNBD.fit(.histories(sample), regularity: regularity).report
      #expect(report.model == .mbgCNBD)
      #expect(report.parameters["k"] == 1)
      #expect(report.logLikelihood == plain.logLikelihood)
      #expect(report.bic == plain.bic)
    }
    #expect(plain.model == .mbgNBD)
    #expect(plain.parameters["k"] == nil)
  }

  @Test func `amounts are read in the currency of the log`() throws {
    let log = try Samples.cdnowTenth()
    let until = try Samples.day("1997-09-30")
    func mean(_ currency: String) throws -> Double {
      let sample = ModelSample.log(log, until: until, unit: .week, currency: try Currency(currency))
      guard case .gammaGamma(let fit) = try ModelName.gammaGamma.fit(sample) else { return .nan }
      return fit.populationMean
    }
    let dollars = try mean("USD")
    #expect(agrees(dollars, 35.17037, within: 1e-3))
    #expect(agrees(try mean("JPY"), 100 * dollars, within: 1e-4))
    #expect(agrees(try mean("KWD"), dollars / 10, within: 1e-4))
  }

  @Test func `spend and frequency are compared without a fit`() throws {
    let base = try Samples.cdnowTenthBase()
    let test = SpendIndependence(base.spending)
    #expect(agrees(test.correlation, 0.11389, within: 1e-3))
    #expect(test.customers == 946)
    #expect(test.allowsProduct)
  }

  @Test func `one customer is not called customers`() throws {
    #expect(ForecastLadder(customers: 1, repeaters: 0, best: nil).reason == "There is 1 customer, fewer than 30.")
    #expect(ForecastLadder(customers: 2, repeaters: 0, best: nil).reason == "There are 2 customers, fewer than 30.")
  }
}
