import KubernetesModel
import Testing

@Suite("Timestamp") struct TimestampTests {
    @Test(
        "reads RFC 3339 to the microsecond",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:01.5Z", 1_500_000),
            ("2026-11-23T05:21:24Z", 1_795_411_284_000_000), ("2000-02-29T23:59:59Z", 951_868_799_000_000),
            ("2026-11-23T07:21:24+02:00", 1_795_411_284_000_000), ("1969-12-31T23:59:59Z", -1_000_000),
            ("2026-11-23T05:21:24.123456789Z", 1_795_411_284_123_456),
        ] as [(String, Int64)])
    func parses(text: String, microseconds: Int64) {
        #expect(Timestamp(parsing: text)?.microseconds == microseconds)
    }

    @Test(
        "refuses what is not RFC 3339",
        arguments: [
            "", "2026-11-23", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z",
            "2026-11-23T05:21:24", "2026-11-23T05:21:24.Z", "2026-11-23T05:21:24Zx", "2026-11-2305:21:24Z",
        ])
    func refuses(text: String) {
        #expect(Timestamp(parsing: text) == nil)
    }

    @Test("writes back what it read, over four hundred years") func roundTrips() {
        for day in stride(from: Int64(-80_000), to: 80_000, by: 37) {
            let time = Timestamp(microseconds: day * 86_400_000_000 + 12_345_678_901)
            #expect(Timestamp(parsing: time.rfc3339Micro) == time)
            #expect(Timestamp(parsing: time.rfc3339) == time.wholeSeconds)
        }
    }

    @Test("keeps whole seconds below zero on the earlier side") func negativeSeconds() {
        #expect(Timestamp(microseconds: -1).secondsSinceEpoch == -1)
        #expect(Timestamp(microseconds: -1).rfc3339Micro == "1969-12-31T23:59:59.999999Z")
    }

    @Test("writes the basic form that AWS signs") func basic() {
        #expect(Timestamp(seconds: 1_440_938_160).basicISO8601 == "20150830T123600Z")
    }
}
