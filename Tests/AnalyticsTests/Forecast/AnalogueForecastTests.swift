import Analytics
import Testing

/// Forecasts from what came after days like today.
@Suite struct AnalogueForecastTests {
  @Test func `the interval is Student's for one more of the same kind`() throws {
    let forecast = try #require(AnalogueForecast([0.4, 0.5, 0.6]))
    // 0.5 ± t(0.95; 2) · 0.1 · √(4/3), with t = 2.919986.
    #expect(abs(forecast.value - 0.5) < 1e-12 && forecast.origins == 3)
    #expect(abs((forecast.high ?? 0) - (0.5 + 2.919986 * 0.1 * (4.0 / 3).squareRoot())) < 1e-5)
    let cut = try #require(AnalogueForecast([0.9, 1, 0.8], in: 0...1))
    #expect(cut.high == 1 && (cut.low ?? 0) > 0)
  }

  @Test func `fewer than three days give no interval, and none no forecast`() {
    #expect(AnalogueForecast([0.4, 0.5]).map { $0.low == nil && $0.high == nil } == true)
    #expect(
      AnalogueForecast([]) == nil && AnalogueForecast([.nan, 1]) == nil && AnalogueForecast([1], cover: 1) == nil)
  }
}
