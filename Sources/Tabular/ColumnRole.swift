import Kernel

/// What a column of a file means to the company.
package enum ColumnRole: String, Sendable, Codable, CaseIterable {
  // Who.
  case customer, customerName, firstName, lastName, email, phone, kind, parent, owner, team, city, country
  // Which purchase, and when.
  case order, line, time, status, type, cancelledAt, channel, store
  // How much.
  case amount, quantity, unitPrice, listPrice, unitCost, discount, couponDiscount, couponMatchDiscount, tax, orderTotal,
    refunded
  case currency
  // What.
  case product, productName, category, brand
  // Counts that cost rests on.
  case visits, visitMinutes, calls, callMinutes, deliveries, invoices, dueDay, payments, ticketMinutes, ticketPieces
  // What was said or seen.
  case other, score, note
  // People, and what was said with them.
  case key, contact, title, job, mobile, role, function, direction, minutes, subject, text, outcome
  case website, street, postalCode, language

  /// Its place in `allCases`. A case without a value is stored as just that, in one byte; a test holds us to it.
  @inline(__always) package var place: Int { Int(unsafeBitCast(self, to: UInt8.self)) }

  /// The words a person reads for it.
  package var title: String {
    switch self {
    case .customer: "customer number"
    case .customerName: "customer name"
    case .firstName: "first name"
    case .lastName: "last name"
    case .email: "e-mail address"
    case .phone: "telephone"
    case .kind: "kind of customer"
    case .parent: "parent customer"
    case .owner: "owner"
    case .team: "team"
    case .city: "city"
    case .country: "country"
    case .order: "order number"
    case .line: "line number"
    case .time: "date"
    case .status: "status"
    case .type: "type"
    case .cancelledAt: "date of cancellation"
    case .channel: "channel"
    case .store: "store"
    case .amount: "amount"
    case .quantity: "quantity"
    case .unitPrice: "price of one"
    case .listPrice: "list price of one"
    case .unitCost: "cost of one"
    case .discount: "discount"
    case .couponDiscount: "coupon discount"
    case .couponMatchDiscount: "coupon match discount"
    case .tax: "tax"
    case .orderTotal: "total of the order"
    case .refunded: "amount refunded"
    case .currency: "currency"
    case .product: "product number"
    case .productName: "product name"
    case .category: "product category"
    case .brand: "brand"
    case .visits: "visits"
    case .visitMinutes: "minutes of visits"
    case .calls: "calls"
    case .callMinutes: "minutes of calls"
    case .dueDay: "day the invoice is due"
    case .deliveries: "deliveries"
    case .invoices: "invoices"
    case .payments: "payments"
    case .ticketMinutes: "minutes on tickets"
    case .ticketPieces: "tickets"
    case .other: "other side"
    case .score: "score"
    case .note: "note"
    case .key: "number of the row"
    case .contact: "contact number"
    case .title: "title"
    case .job: "job"
    case .mobile: "mobile telephone"
    case .role: "role in buying"
    case .function: "function"
    case .direction: "direction"
    case .minutes: "minutes"
    case .subject: "subject"
    case .text: "text"
    case .outcome: "outcome"
    case .website: "website"
    case .street: "street"
    case .postalCode: "postal code"
    case .language: "language"
    }
  }

  /// What its cells hold.
  package enum Content: Sendable { case text, money, number, date }

  package var content: Content {
    switch self {
    case .time, .cancelledAt, .dueDay: .date
    case .amount, .unitPrice, .listPrice, .unitCost, .discount, .couponDiscount, .couponMatchDiscount, .tax,
      .orderTotal, .refunded:
      .money
    case .quantity, .visits, .visitMinutes, .calls, .callMinutes, .deliveries, .invoices, .payments, .ticketMinutes,
      .ticketPieces, .score, .minutes:
      .number
    default: .text
    }
  }
}

/// The headers that mean a role, best first, in the folded form of `HeaderName`.
enum HeaderSynonyms {
  /// The role a header means, and how good a sign it is: 0 is best.
  static func meaning(of header: String) -> (role: ColumnRole, rank: Int)? { meanings[HeaderName.fold(header)] }

  private static let meanings: [String: (role: ColumnRole, rank: Int)] = {
    var meanings: [String: (role: ColumnRole, rank: Int)] = [:]
    for (role, list) in lists {
      for (rank, name) in list.split(separator: " ").enumerated() where meanings[String(name)] == nil {
        meanings[String(name)] = (role, rank)
      }
    }
    return meanings
  }()

  /// English, then German, French, Spanish, Dutch.
  private static let lists: [(ColumnRole, String)] = [
    (
      .customer,
      """
      customerid customer customernumber customerno customerkey customercode custid cust clientid client clientnumber \
      accountid account accountnumber buyerid userid memberid householdid household contactid kundennummer kundennr \
      kundenid kunde debitor debitorennummer numeroclient numclient idclient codeclient codigocliente idcliente \
      numerocliente cliente klantnummer klantid klantcode klant debiteurnummer debiteur id
      """
    ),
    (
      .customerName,
      """
      customername clientname accountname company companyname organisation organization buyername billingname fullname \
      name kundenname firma firmenname nomclient nomduclient raisonsociale societe nombrecliente nombredelcliente \
      razonsocial empresa klantnaam naamklant bedrijf bedrijfsnaam nom nombre naam
      """
    ),
    (
      .firstName,
      "firstname givenname billingfirstname forename vorname prenom nombrepila primernombre voornaam firstnamebilling"
    ),
    (
      .lastName,
      "lastname surname familyname billinglastname nachname familienname nomdefamille apellido apellidos achternaam"
        + " lastnamebilling"
    ),
    (
      .email,
      """
      email emailaddress customeremail billingemail mail emailbilling emailadresse courriel adressemail adresseemail \
      correo correoelectronico emailadres
      """
    ),
    (.phone, "phone phonenumber telephone billingphone mobile telefon telefonnummer tel telefono telefoon gsm"),
    (
      .kind,
      "kind customerkind customertype kundenart kundentyp typeclient typedeclient tipocliente klanttype soortklant"
    ),
    (
      .parent,
      "parent parentid parentcustomer parentaccount group konzern mutter muttergesellschaft maisonmere matriz moederbedrijf"
    ),
    (
      .owner,
      "owner salesrep accountmanager salesperson vertreter betreuer commercial vendedor verkoper accounteigenaar"
    ),
    (.team, "team salesteam equipe equipo vertriebsteam"),
    (.city, "city town billingcity ort stadt ville ciudad stad plaats"),
    (.country, "country countrycode billingcountry land pays pais"),
    (
      .order,
      """
      orderid ordernumber orderno order basketid basket invoicenumber invoiceno invoiceid invoice transactionid \
      transaction receipt receiptid receiptnumber bestellnummer bestellnr bestellung auftragsnummer auftrag \
      rechnungsnummer rechnungsnr rechnung belegnummer beleg bon numerocommande numcommande commande idcommande \
      numerofacture facture ticket pedido numeropedido idpedido factura numerofactura ordernummer bestelnummer \
      factuurnummer factuur bonnummer
      """
    ),
    (
      .line,
      "line lineid linenumber lineno orderline lineitemid itemnumber position pos zeile positionsnummer ligne linea regel"
        + " regelnummer orderlineid"
    ),
    (
      .time,
      """
      date orderdate purchasedate transactiondate transactiontimestamp timestamp datetime time createdat orderedat \
      purchasedat invoicedate day datecreated createddate datum bestelldatum kaufdatum rechnungsdatum auftragsdatum \
      belegdatum zeitpunkt zeitstempel tag dateachat datecommande datedecommande datefacture jour horodatage fecha \
      fechapedido fechacompra fechafactura orderdatum aankoopdatum besteldatum factuurdatum tijdstip yyyymmdd
      """
    ),
    (
      .status,
      "status orderstatus financialstatus state paymentstatus bestellstatus auftragsstatus statut etat estado"
        + " estadopedido bestelstatus"
    ),
    (.type, "type transactiontype documenttype recordtype art belegart vorgang typedocument tipo tipodocumento soort"),
    (.cancelledAt, "cancelledat canceledat cancellationdate stornodatum storniertam dateannulation fechacancelacion"),
    (.channel, "channel saleschannel source kanal vertriebskanal canal canaldevente canalventa kanaal verkoopkanaal"),
    (.store, "storeid store shop branch location filiale filialnummer magasin tienda winkel filiaal"),
    (
      .amount,
      """
      amount lineamount linetotal salesvalue netamount value total revenue sales itemtotal netrevenue betrag \
      zeilenbetrag positionsbetrag umsatz nettobetrag summe wert montant montantht total_ht totalht chiffredaffaires \
      importe monto valor ventas bedrag regelbedrag nettobedrag omzet waarde dollars spend \
      dollarvalue purchaseamount transactionamount transactionvalue salesamount grossamount lineprice kaufbetrag
      """
    ),
    (
      .quantity,
      """
      quantity qty units unitsold itemsold itemssold count pieces menge anzahl stueck stueckzahl quantite qte nombreunites \
      cantidad cant unidades aantal hoeveelheid stuks cds \
      numberofcds numberofitems
      """
    ),
    (
      .unitPrice,
      "unitprice price priceperunit itemprice itemcost einzelpreis stueckpreis preis prixunitaire prix preciounitario precio"
        + " stukprijs eenheidsprijs prijs"
    ),
    (
      .listPrice,
      "listprice compareatprice rrp msrp recommendedprice listenpreis uvp prixcatalogue preciolista precioetiqueta"
        + " adviesprijs catalogusprijs"
    ),
    (
      .unitCost,
      "unitcost costprice costofone productcost landedcost einstandspreis stueckkosten ekpreis coutunitaire prixderevient"
        + " costeunitario kostprijs inkoopprijs"
    ),
    (
      .discount,
      "discount discountamount linediscount retaildisc retaildiscount rebate rabatt nachlass remise reduction descuento"
        + " korting"
    ),
    (
      .couponDiscount, "coupondisc coupondiscount couponamount gutscheinrabatt gutschein bonreduction cupon kortingsbon"
    ),
    (.couponMatchDiscount, "couponmatchdisc couponmatchdiscount"),
    (
      .tax,
      "tax taxes taxamount vat salestax mwst ust mehrwertsteuer umsatzsteuer steuer tva impuesto iva btw belasting"
    ),
    (
      .orderTotal,
      "ordertotal ordervalue orderamount grandtotal bestellwert ordertotalamount totalamount gesamtbetrag gesamtsumme endbetrag totalttc totalcommande"
        + " totalpedido ordertotaal totaalbedrag"
    ),
    (
      .refunded,
      "refundedamount refunded refund refundamount refundtotal erstattet erstattung erstattungsbetrag rembourse"
        + " remboursement reembolso terugbetaald"
    ),
    (.currency, "currency currencycode ordercurrency waehrung waehrungscode devise monnaie moneda divisa valuta munt"),
    (
      .product,
      """
      productid product sku productcode productnumber itemid itemcode itemsku article articlenumber artikelnummer \
      artikelnr artikel produktnummer produkt produit codeproduit reference referenceproduit producto codigoproducto \
      referencia artikelcode productnummer variantid upc ean gtin
      """
    ),
    (
      .productName,
      """
      productname productdescription itemname itemdescription item description articlename artikelbezeichnung \
      bezeichnung artikelname produktname libelle nomproduit designation nombreproducto descripcion omschrijving \
      productnaam productbeschrijving
      """
    ),
    (
      .category,
      """
      category productcategory producttype department productgroup warengruppe kategorie produktgruppe artikelgruppe \
      categorie famille rayon categoria familia categorieproduit productgroep productcategorie
      """
    ),
    (.brand, "brand vendor manufacturer marke hersteller marque fabricant marca fabricante merk fabrikant"),
    (.visits, "visits besuche visites visitas bezoeken"),
    (.calls, "calls phonecalls anrufe appels llamadas telefoontjes"),
    (.deliveries, "deliveries shipments lieferungen livraisons entregas leveringen"),
    (.invoices, "invoices invoicecount rechnungen factures facturas facturen"),
    (.payments, "payments paymentcount zahlungen paiements pagos betalingen"),
    (.visitMinutes, "visitminutes besuchsminuten minutesdevisite minutosvisita bezoekminuten"),
    (.callMinutes, "callminutes anrufminuten gespraechsminuten minutesdappel minutosllamada belminuten"),
    (.dueDay, "invoicedue duedate dueday faelligam faelligkeit echeance vencimiento vervaldatum"),
    (
      .ticketMinutes,
      "ticketminutes serviceminutes supportminutes minutes serviceminuten minuten minutesdesupport minutos supportminuten"
    ),
    (.ticketPieces, "tickets ticketcount cases supporttickets servicefaelle vorgaenge dossiers casos meldingen"),
    (.other, "other counterpart otherside subject gegenseite andere autre otro ander"),
    (.score, "score rating stars points punkte bewertung punktzahl puntuacion beoordeling"),
    (.note, "note notes remark comment comments bemerkung anmerkung kommentar remarque commentaire nota opmerking"),
    (.key, "externalid externalkey interactionid activityid eventid callid messageid"),
    (.contact, "contactnumber contactkey contactno personid personnumber kontaktnummer ansprechpartnernummer"),
    (.title, "title salutation anrede titel titre titulo"),
    (.job, "job jobtitle position beruf stellung poste cargo functietitel"),
    (.mobile, "mobilephone cellphone cell mobil handy mobiltelefon portable movil"),
    (.role, "role buyingrole decisionrole rolle roleachat rol"),
    (.function, "function funktion fonction funcion functie abteilung"),
    (.direction, "direction richtung sens direccion richting"),
    (.minutes, "duration durationminutes dauer duree duracion duur"),
    (.subject, "betreff sujet asunto onderwerp"),
    (.text, "text body message content nachricht inhalt texte texto tekst"),
    (.outcome, "outcome result ergebnis resultat resultado resultaat"),
    (.website, "website web url homepage webseite siteweb sitioweb"),
    (.street, "street address address1 addressline1 strasse adresse rue direccionpostal calle straat adres"),
    (.postalCode, "postalcode postcode zip zipcode plz postleitzahl codepostal codigopostal"),
    (.language, "language lang sprache langue idioma taal"),
  ]
}

/// The form in which headers are compared: no case, accents, blanks or punctuation.
enum HeaderName {
  static func fold(_ header: String) -> String {
    var bytes: [UInt8] = []
    for byte in Text.folded(header).utf8 where byte >= 48 && byte <= 57 || byte >= 97 && byte <= 122 || byte >= 0x80 {
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
