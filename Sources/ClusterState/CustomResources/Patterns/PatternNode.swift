/// A regular expression as a tree.
indirect enum PatternNode: Sendable {
    /// A place in the text, which takes no character.
    enum Assertion: Sendable {
        case textBegin, textEnd, lineBegin, lineEnd, wordBoundary, noWordBoundary
    }

    case empty
    case one(ScalarSet)
    case assertion(Assertion)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// `maximum` is `nil` for any number.
    case repetition(PatternNode, minimum: Int, maximum: Int?)

    /// How many copies of its innermost parts a tree stands for at most, which bounds the size of its program.
    var copies: Int {
        switch self {
        case .empty, .one, .assertion: 1
        case .sequence(let parts), .choice(let parts): parts.map(\.copies).max() ?? 1
        case .repetition(let part, let minimum, let maximum): part.copies * max(1, maximum ?? minimum)
        }
    }
}

/// A set of Unicode scalars.
struct ScalarSet: Sendable {
    enum Part: Sendable {
        case range(ClosedRange<UInt32>)
        /// A general category by its short name, such as `L` or `Nd`; with `isIn` false, all others.
        case category(String, isIn: Bool)
        case set(ScalarSet)
    }

    var parts: [Part] = []
    var isNegated = false
    var ignoresCase = false

    init(_ parts: [Part] = [], isNegated: Bool = false, ignoresCase: Bool = false) {
        self.parts = parts
        self.isNegated = isNegated
        self.ignoresCase = ignoresCase
    }

    init(_ scalar: Unicode.Scalar, ignoresCase: Bool) {
        self.init([.range(scalar.value...scalar.value)], ignoresCase: ignoresCase)
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if has(scalar) { return !isNegated }
        guard ignoresCase else { return isNegated }
        let properties = scalar.properties
        for mapping in [properties.lowercaseMapping, properties.uppercaseMapping] {
            let scalars = mapping.unicodeScalars
            if scalars.count == 1, let other = scalars.first, other != scalar, has(other) { return !isNegated }
        }
        return isNegated
    }

    private func has(_ scalar: Unicode.Scalar) -> Bool {
        parts.contains { part in
            switch part {
            case .range(let range): range.contains(scalar.value)
            case .category(let name, let isIn): Self.isIn(scalar, category: name) == isIn
            case .set(let set): set.contains(scalar)
            }
        }
    }

    static let digits = ScalarSet([.range(0x30...0x39)])
    static let spaces = ScalarSet([.range(0x09...0x0A), .range(0x0C...0x0D), .range(0x20...0x20)])
    static let words = ScalarSet([.range(0x30...0x39), .range(0x41...0x5A), .range(0x5F...0x5F), .range(0x61...0x7A)])
    static let anyButNewline = ScalarSet([.range(0x0A...0x0A)], isNegated: true)
    static let any = ScalarSet([], isNegated: true)

    /// The classes of the form `[:alpha:]`.
    static func posix(_ name: String) -> ScalarSet? {
        switch name {
        case "alnum": ScalarSet([.range(0x30...0x39), .range(0x41...0x5A), .range(0x61...0x7A)])
        case "alpha": ScalarSet([.range(0x41...0x5A), .range(0x61...0x7A)])
        case "ascii": ScalarSet([.range(0...0x7F)])
        case "blank": ScalarSet([.range(0x09...0x09), .range(0x20...0x20)])
        case "cntrl": ScalarSet([.range(0...0x1F), .range(0x7F...0x7F)])
        case "digit": digits
        case "graph": ScalarSet([.range(0x21...0x7E)])
        case "lower": ScalarSet([.range(0x61...0x7A)])
        case "print": ScalarSet([.range(0x20...0x7E)])
        case "punct": ScalarSet([.range(0x21...0x2F), .range(0x3A...0x40), .range(0x5B...0x60), .range(0x7B...0x7E)])
        case "space": ScalarSet([.range(0x09...0x0D), .range(0x20...0x20)])
        case "upper": ScalarSet([.range(0x41...0x5A)])
        case "word": words
        case "xdigit": ScalarSet([.range(0x30...0x39), .range(0x41...0x46), .range(0x61...0x66)])
        default: nil
        }
    }

    /// Whether `name` is a general category or a group of them.
    static func isCategory(_ name: String) -> Bool {
        ["Any", "L", "M", "N", "P", "S", "Z", "C"].contains(name) || categories.values.contains(name)
    }

    private static func isIn(_ scalar: Unicode.Scalar, category name: String) -> Bool {
        guard name != "Any" else { return true }
        return categories[scalar.properties.generalCategory]?.hasPrefix(name) ?? false
    }

    private static let categories: [Unicode.GeneralCategory: String] = [
        .uppercaseLetter: "Lu", .lowercaseLetter: "Ll", .titlecaseLetter: "Lt", .modifierLetter: "Lm",
        .otherLetter: "Lo", .nonspacingMark: "Mn", .spacingMark: "Mc", .enclosingMark: "Me", .decimalNumber: "Nd",
        .letterNumber: "Nl", .otherNumber: "No", .connectorPunctuation: "Pc", .dashPunctuation: "Pd",
        .openPunctuation: "Ps", .closePunctuation: "Pe", .initialPunctuation: "Pi", .finalPunctuation: "Pf",
        .otherPunctuation: "Po", .mathSymbol: "Sm", .currencySymbol: "Sc", .modifierSymbol: "Sk", .otherSymbol: "So",
        .spaceSeparator: "Zs", .lineSeparator: "Zl", .paragraphSeparator: "Zp", .control: "Cc", .format: "Cf",
        .surrogate: "Cs", .privateUse: "Co", .unassigned: "Cn",
    ]
}
