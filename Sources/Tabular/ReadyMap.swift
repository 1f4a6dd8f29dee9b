import Kernel

/// The columns of an export that many companies have, known by the names its maker gives them.
package struct ReadyMap: Sendable {
  /// The name a person chooses it by.
  package let name: String
  package let title: String
  /// The headers that must all be there for a file to be recognised.
  let signature: [String]
  /// For each role the headers that mean it, best first.
  let headers: [(role: ColumnRole, names: [String])]
  /// Roles whose blank cells stand for the value of the row above, while the order stays the same.
  var carriedDown: Set<ColumnRole> = []
  /// Whether amounts come with more decimals than the currency has, and are rounded.
  var roundsAmounts = false

  /// Every ready map, in the order they are tried.
  package static let all: [ReadyMap] = [shopify, wooLines, wooAdvanced, wooAnalytics, completeJourney]

  /// - Throws: `Problem` when there is none of that name.
  package static func named(_ name: String) throws -> ReadyMap {
    if let map = all.first(where: { $0.name == name.lowercased() }) { return map }
    throw Problem(
      .invalid, field: "map", "There is no ready map “\(name)”.",
      mend: "Choose one of \(all.map(\.name).joined(separator: ", ")).")
  }

  /// The map a file's headers are made for.
  static func recognise(_ headers: [String]) -> ReadyMap? {
    let folded = Set(headers.map(HeaderName.fold))
    return all.first { map in map.signature.allSatisfy { folded.contains(HeaderName.fold($0)) } }
  }

  /// Orders exported from the Shopify admin: one row for each line; the fields of the order only on its first row.
  static let shopify = ReadyMap(
    name: "shopify", title: "Shopify orders",
    signature: ["Name", "Financial Status", "Lineitem quantity", "Lineitem price"],
    headers: [
      (.order, ["Name"]), (.customer, ["Email"]), (.email, ["Email"]), (.customerName, ["Billing Name"]),
      (.phone, ["Phone", "Billing Phone"]), (.city, ["Billing City"]), (.country, ["Billing Country"]),
      (.time, ["Created at"]), (.status, ["Financial Status"]), (.cancelledAt, ["Cancelled at"]),
      (.channel, ["Source"]), (.quantity, ["Lineitem quantity"]), (.unitPrice, ["Lineitem price"]),
      (.listPrice, ["Lineitem compare at price"]), (.discount, ["Lineitem discount"]),
      (.couponDiscount, ["Discount Amount"]), (.tax, ["Taxes"]), (.orderTotal, ["Total"]),
      (.refunded, ["Refunded Amount"]), (.currency, ["Currency"]), (.product, ["Lineitem sku"]),
      (.productName, ["Lineitem name"]), (.brand, ["Vendor"]),
    ],
    carriedDown: [
      .customer, .email, .customerName, .phone, .city, .country, .time, .status, .cancelledAt, .channel, .currency,
    ])

  /// WooCommerce's Customer/Order/Coupon Export and its relatives, one row for each item.
  static let wooLines = ReadyMap(
    name: "woocommerce", title: "WooCommerce orders, one row for each item",
    signature: ["order_id", "item_name", "item_quantity", "item_total"],
    headers: [
      (.order, ["order_number", "order_id"]), (.line, ["item_id"]),
      (.customer, ["customer_id", "customer_user", "billing_email", "customer_email"]),
      (.email, ["billing_email", "customer_email"]), (.customerName, ["billing_company"]),
      (.firstName, ["billing_first_name"]), (.lastName, ["billing_last_name"]), (.phone, ["billing_phone"]),
      (.city, ["billing_city"]), (.country, ["billing_country"]), (.time, ["order_date", "date"]),
      (.status, ["status", "order_status"]), (.amount, ["item_total"]), (.quantity, ["item_quantity"]),
      (.unitPrice, ["item_price"]), (.tax, ["item_total_tax", "item_tax"]), (.orderTotal, ["order_total"]),
      (.refunded, ["item_refunded"]), (.currency, ["order_currency", "currency"]),
      (.product, ["item_sku", "item_product_id"]), (.productName, ["item_name"]),
    ], roundsAmounts: true)

  /// The Advanced Order Export plugin for WooCommerce, with its usual headers.
  static let wooAdvanced = ReadyMap(
    name: "woocommerce-advanced", title: "WooCommerce, Advanced Order Export",
    signature: ["Order Number", "Order Status", "Order Date", "Item Cost"],
    headers: [
      (.order, ["Order Number"]), (.line, ["Item #"]), (.customer, ["Customer User ID", "Email (Billing)"]),
      (.email, ["Email (Billing)"]), (.customerName, ["Company (Billing)"]), (.firstName, ["First Name (Billing)"]),
      (.lastName, ["Last Name (Billing)"]), (.phone, ["Phone (Billing)"]), (.city, ["City (Billing)"]),
      (.country, ["Country Code (Billing)"]), (.time, ["Order Date"]), (.status, ["Order Status"]),
      (.amount, ["Order Line (w/o tax)", "Order Line Total"]), (.quantity, ["Quantity"]), (.unitPrice, ["Item Cost"]),
      (.tax, ["Order Line Tax"]), (.orderTotal, ["Order Total Amount"]), (.refunded, ["Order Line Total Refunded"]),
      (.currency, ["Currency"]), (.product, ["SKU"]), (.productName, ["Item Name", "Name"]),
      (.category, ["Category"]),
    ], roundsAmounts: true)

  /// The orders report of WooCommerce Analytics: one row for each order.
  static let wooAnalytics = ReadyMap(
    name: "woocommerce-analytics", title: "WooCommerce Analytics, orders report",
    signature: ["Date", "Order #", "Customer", "Items sold"],
    headers: [
      (.order, ["Order #"]), (.customer, ["Customer"]), (.customerName, ["Customer"]), (.time, ["Date"]),
      (.status, ["Status"]), (.quantity, ["Items sold"]), (.amount, ["N. Revenue", "Net Sales"]),
      (.productName, ["Product(s)"]), (.channel, ["Attribution", "Origin"]),
    ], roundsAmounts: true)

  /// The transactions of the Complete Journey study.
  static let completeJourney = ReadyMap(
    name: "complete-journey", title: "Complete Journey transactions",
    signature: ["household_id", "basket_id", "product_id", "sales_value"],
    headers: [
      (.customer, ["household_id"]), (.order, ["basket_id"]), (.product, ["product_id"]), (.quantity, ["quantity"]),
      (.amount, ["sales_value"]), (.discount, ["retail_disc"]), (.couponDiscount, ["coupon_disc"]),
      (.couponMatchDiscount, ["coupon_match_disc"]), (.time, ["transaction_timestamp"]), (.store, ["store_id"]),
    ])
}
