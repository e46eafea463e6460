import JSON
import Testing

@Suite("JSON numbers")
struct JSONNumberTests {
    private func number(_ text: String) throws -> JSONNumber {
        guard case .number(let number) = try JSONValue(parsing: text) else {
            throw JSONError(offset: 0, problem: .leadingZero)
        }
        return number
    }

    @Test(
        "is an integer exactly when its value is one of 64 bits",
        arguments: [
            ("0", 0), ("-0", 0), ("1.0", 1), ("1e3", 1000), ("1200e-2", 12), ("-5.0E1", -50),
            ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1e19", nil), ("1.5", nil), ("1e-1", nil),
            ("1e99999999999999999999", nil), ("922337203685477580.7e1", Int.max), ("0e99", 0), ("-0.0", 0),
        ] as [(String, Int?)])
    func int(text: String, expected: Int?) throws {
        #expect(try number(text).int == expected)
    }

    @Test(
        "has the nearest double",
        arguments: [
            ("0.1", 0.1), ("1e400", Double.infinity), ("-1e400", -Double.infinity),
            ("9007199254740993", 9007199254740992),
            ("1e-400", 0), ("123.456e2", 12345.6),
        ])
    func double(text: String, expected: Double) throws {
        #expect(try number(text).double == expected)
    }

    @Test(
        "equals whatever has the same decimal value",
        arguments: [
            ("1", "1.0", true), ("10", "1e1", true), ("0", "-0", true), ("0", "0e5", true), ("0.5", "5e-1", true),
            ("100000000000000000000", "1e20", true), ("1", "-1", false), ("0.1", "0.1000000000000000055511", false),
            ("9223372036854775807", "9223372036854775808", false), ("1e400", "1e401", false), ("1e400", "10e399", true),
            ("9007199254740993", "9007199254740992", false), ("1e99999999999999999999", "1e99999999999999999999", true),
            ("1e99999999999999999999", "1e99999999999999999998", false), ("1e-1", "0.1", true),
        ])
    func equality(left: String, right: String, areEqual: Bool) throws {
        let (left, right) = (try number(left), try number(right))
        #expect((left == right) == areEqual)
        #expect((right == left) == areEqual)
        #expect((left.hashValue == right.hashValue) == areEqual)
    }

    @Test(
        "has one canonical text per value",
        arguments: [
            ("1.0", "1"), ("-0", "0"), ("-0.0", "0"), ("1e3", "1000"), ("1E+20", "100000000000000000000"),
            ("1e21", "1e+21"), ("123e20", "1.23e+22"), ("0.000001", "0.000001"), ("0.0000001", "1e-7"),
            ("12.50", "12.5"), ("-0.0012300", "-0.00123"), ("9223372036854775808", "9223372036854775808"),
            ("1234567890123456789012345", "1.234567890123456789012345e+24"), ("5e-1", "0.5"),
            ("1e99999999999999999999", "1e99999999999999999999"),
        ])
    func canonical(text: String, expected: String) throws {
        let canonical = try number(text).canonical
        #expect(canonical.text == expected)
        #expect(try number(text) == canonical)
        #expect(canonical.canonical.text == expected)
    }

    @Test(
        "is made of doubles in their shortest text",
        arguments: [
            (1.0, "1"), (-3.0, "-3"), (0.1, "0.1"), (1e300, "1e+300"), (-0.0, "-0.0"), (2.5e-9, "2.5e-09"),
            (9007199254740991, "9007199254740991"),
        ])
    func doubles(value: Double, expected: String) throws {
        #expect(JSONNumber(value).text == expected)
        #expect(try number(expected).double == value)
    }
}
