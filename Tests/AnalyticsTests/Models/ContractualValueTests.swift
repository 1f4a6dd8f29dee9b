import Analytics
import Kernel
import Testing

/// Formula F4 against its own closed form and numbers by hand.
@Suite struct ContractualValueTests {
  @Test func `80 percent kept at 10 percent is worth 2.667 yearly margins`() throws {
    let value = try ContractualValue(retention: 0.8, annualDiscount: 0.1)
    #expect(abs((value.perpetual(margin: 1) ?? 0) - 8.0 / 3) < 1e-12)
    #expect(abs((value.perpetual(margin: 3) ?? 0) - 8) < 1e-12)
  }

  @Test func `months add up to the series they are`() throws {
    // Nothing is lost and nothing discounted: three years of 120.
    #expect(
      abs(try ContractualValue(retention: 1, annualDiscount: 0).value(yearlyMargin: 120, months: 36) - 360) < 1e-9)
    // q is the twelfth root of 0.8 / 1.1 = 0.973811; q ÷ (1 − q) ÷ 12 = 3.0987 yearly margins without end.
    let long = try ContractualValue(retention: 0.8, annualDiscount: 0.1).value(yearlyMargin: 1, months: 2_000)
    #expect(abs(long - 3.0987) < 0.0005)
    #expect(try ContractualValue(retention: 0, annualDiscount: 0.1).value(yearlyMargin: 9, months: 36) == 0)
  }

  @Test func `a retention that is no share and a discount below -1 are refused`() {
    for (retention, discount) in [(1.2, 0.1), (-0.1, 0.1), (.nan, 0.1), (0.8, -1), (0.8, .infinity)] {
      #expect(throws: Problem.self) { try ContractualValue(retention: retention, annualDiscount: discount) }
    }
    #expect((try? ContractualValue(retention: 1, annualDiscount: 0))?.perpetual(margin: 1) == nil)
  }
}
