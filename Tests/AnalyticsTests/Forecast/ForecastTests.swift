import Analytics
import Kernel
import Testing

@Suite struct ForecastTests {
  private struct Expected: Decodable {
    struct Case: Decodable {
      let season: Int
      let form: SeasonalForecast.Form
      let history, pattern, forecast: [Double]
    }
    let cases: [Case]
  }

  /// Sales of the grocery chain's 52 whole weeks.
  private func weeks() throws -> [Double] {
    var cents = [Int64](repeating: 0, count: 52)
    for line in try GroceryLine.all() where line.week <= 52 { cents[line.week - 1] += line.cents }
    return cents.map { Double($0) / 100 }
  }

  @Test func `back tests of the grocery chain's weeks 40 to 52 are those of the specification`() throws {
    let test = try BackTest(
      weeks(), methods: [NaiveForecast(), MovingAverageForecast(), SmoothedForecast(), SeasonalForecast(season: 52)])
    #expect(isNear(test.trials[0].error, 0.066_449, 1e-6))
    #expect(isNear(test.trials[1].error, 0.050_081, 1e-6))
    #expect(isNear(test.trials[2].error, 0.049_700, 1e-6))
    #expect(test.trials[3].error == nil)
    #expect(test.trials[3].problem?.field == "history")
    #expect(test.best == 2)
    #expect(abs(try test.forecast(horizon: 13).reduce(0, +) - 1_259_182.45) < 0.01)
  }

  @Test func `season and forecast are those of statsmodels`() throws {
    for expected in try Golden.read(Expected.self, "forecast").cases {
      let method = try SeasonalForecast(season: expected.season, form: expected.form)
      let pattern = try method.pattern(expected.history)
      #expect(zip(pattern, expected.pattern).allSatisfy { isNear($0, $1, 1e-9) })
      let forecast = try method.forecast(expected.history, horizon: expected.forecast.count)
      #expect(zip(forecast, expected.forecast).allSatisfy { isNear($0, $1, 1e-9) })
    }
  }

  @Test func `simple methods continue as they say`() throws {
    let history: [Double] = [10, 20, 30, 40, 50]
    #expect(try NaiveForecast().forecast(history, horizon: 2) == [50, 50])
    #expect(try MovingAverageForecast(window: 4).forecast(history, horizon: 1) == [35])
    #expect(try SmoothedForecast(share: 0.5).forecast([10, 20, 40], horizon: 1) == [27.5])
    #expect(try SmoothedForecast(share: 1).forecast(history, horizon: 1) == [50])
    #expect(try NaiveForecast().forecast(history, horizon: 0).isEmpty)
  }

  @Test func `an indicator known in advance is followed exactly`() throws {
    let indicator = (0..<12).map { [Double($0 * $0 % 7)] }
    let history = indicator.prefix(10).map { 5 + 3 * $0[0] }
    let method = IndicatorForecast(indicators: try FeatureMatrix(indicator))
    let forecast = try method.forecast(history, horizon: 2)
    #expect(zip(forecast, indicator.suffix(2)).allSatisfy { isNear($0, 5 + 3 * $1[0], 1e-9) })
    #expect(throws: Problem.self) { try method.forecast(history, horizon: 3) }
    let test = try BackTest(history, methods: [NaiveForecast(), method], periods: 4)
    #expect(test.best == 1)
    #expect(isNear(test.trials[1].error, 0, 1e-9))
  }

  @Test func `a test uses only what was known and periods without sales do not count`() throws {
    let test = try BackTest([1, 1, 1, 0, 2], methods: [NaiveForecast()], periods: 3)
    // Forecasts 1, 1, 0 of 1, 0, 2: errors 0 and 1, the zero left out.
    #expect(test.trials[0].forecasts == [1, 1, 0])
    #expect(test.trials[0].error == 0.5)
    #expect(test.trials[0].bias == -0.5)
  }

  @Test func `bounds of a total come from how earlier totals came out`() throws {
    let weeks = try BackTest(weeks(), methods: [NaiveForecast(), SmoothedForecast()])
    let total = try weeks.total(horizon: 13)
    let interval = try #require(total.interval)
    #expect(isNear(total.value, 1_259_182.45, 1e-8))
    #expect(interval.contains(total.value) && interval.width < 0.5 * total.value)
    // A naive method on a series that doubles every period: each total of one is twice what was promised.
    let doubling = try BackTest((0..<15).map { Double(1 << $0) }, methods: [NaiveForecast()], periods: 3)
    let next = try doubling.total(horizon: 1)
    #expect(next.value == 16_384)
    #expect(next.interval?.low == 32_768 && next.interval?.high == 32_768)
    let short = try BackTest([1, 2, 3, 4], methods: [NaiveForecast()], periods: 2)
    #expect(try short.total(horizon: 1).interval == nil)
  }

  @Test func `short, empty and impossible histories are refused`() throws {
    #expect(throws: Problem.self) { try BackTest([1, 2], methods: [NaiveForecast()], periods: 2) }
    #expect(throws: Problem.self) { try BackTest([1, 0, 0], methods: [NaiveForecast()], periods: 2) }
    #expect(throws: Problem.self) { try BackTest([1, .nan, 0], methods: [NaiveForecast()], periods: 2) }
    #expect(throws: Problem.self) { try NaiveForecast().forecast([], horizon: 1) }
    #expect(throws: Problem.self) { try NaiveForecast().forecast([1], horizon: -1) }
    #expect(throws: Problem.self) { try MovingAverageForecast(window: 0) }
    #expect(throws: Problem.self) { try SmoothedForecast(share: 0) }
    #expect(throws: Problem.self) { try SeasonalForecast(season: 1) }
    #expect(throws: Problem.self) { try SeasonalForecast(season: 2).forecast([1, 0, 1, 2], horizon: 1) }
    let unusable = try BackTest([1, 2, 3], methods: [MovingAverageForecast(window: 4)], periods: 1)
    #expect(unusable.best == nil)
    #expect(throws: Problem.self) { try unusable.forecast(horizon: 1) }
  }
}
