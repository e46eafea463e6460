import AWSSigning
import Testing

private let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
private let describeHealth =
    "Action=DescribeTargetHealth&Version=2015-12-01&TargetGroupArn=arn%3Aaws%3Aelasticloadbalancing"
    + "%3Aus-west-2%3A123456789012%3Atargetgroup%2Fmy-targets%2F73e2d6bc24d8a067"
private let form = "application/x-www-form-urlencoded"
private let formUTF8 = "application/x-www-form-urlencoded; charset=utf-8"

/// One published or independently computed signature.
struct SignatureVector: Sendable, CustomTestStringConvertible {
    var name: String
    var method = "GET"
    var query = ""
    var headers: [String: String]
    var body = ""
    var token: String?
    var region = "us-east-1"
    var service = "service"
    var time = "20150830T123600Z"
    var canonicalHash: String
    var signature: String

    var testDescription: String { name }
}

private let vectors: [SignatureVector] = [
    SignatureVector(
        name: "get-vanilla", headers: ["Host": "example.amazonaws.com"],
        canonicalHash: "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63",
        signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    SignatureVector(
        name: "post-x-www-form-urlencoded", method: "POST",
        headers: ["Host": "example.amazonaws.com", "Content-Type": form], body: "Param1=value1",
        canonicalHash: "42a5e5bb34198acb3e84da4f085bb7927f2bc277ca766e6d19c73c2154021281",
        signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    SignatureVector(
        name: "General Reference, ListUsers", query: "Action=ListUsers&Version=2010-05-08",
        headers: ["Host": "iam.amazonaws.com", "Content-Type": formUTF8], service: "iam",
        canonicalHash: "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59",
        signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
    SignatureVector(
        name: "DescribeTargetHealth", method: "POST",
        headers: ["Host": "elasticloadbalancing.us-west-2.amazonaws.com", "Content-Type": formUTF8],
        body: describeHealth, region: "us-west-2", service: "elasticloadbalancing",
        canonicalHash: "9761969d08f69618adb49ae723b5fa9d48c847b2b9d196ba717b1f1285677ac5",
        signature: "0df9e784bda20ff8fa7ceafcc6908dc6ffaa9147a68b64f41611ca97157345eb"),
    SignatureVector(
        name: "DescribeTargetHealth with a session token", method: "POST",
        headers: ["Host": "elasticloadbalancing.us-west-2.amazonaws.com", "Content-Type": formUTF8],
        body: describeHealth, token: "FwoGZXIvYXdzEXAMPLETOKEN//////////wEaDExample==", region: "us-west-2",
        service: "elasticloadbalancing",
        canonicalHash: "fde8ac372cbeb4d845491779768cd890ed66b06ae6c56561f003bd0f6fcc24fb",
        signature: "e233c5ac255c1ef8722b681a3044469f3dd82bae9b21d500aab8b7d8ad4b4e9b"),
    SignatureVector(
        name: "a port in the host", method: "POST", headers: ["Host": "127.0.0.1:15999", "Content-Type": formUTF8],
        body: "Action=DescribeLoadBalancers&Version=2015-12-01", service: "elasticloadbalancing",
        time: "20260101T000000Z",
        canonicalHash: "22612b9514f6d1926699ba266f089329dd1c44c84350cc1e234b690ddeefb366",
        signature: "782e1af6b87e70e4f385242641523d0a4d6f299d9d63ed3c6d2b26f2bf701861"),
    SignatureVector(
        name: "get-vanilla-with-session-token", headers: ["Host": "example.amazonaws.com"],
        token: "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
        canonicalHash: "067b36aa60031588cea4a4cde1f21215227a047690c72247f1d70b32fbbfad2b",
        signature: "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"),
    SignatureVector(
        name: "post-x-www-form-urlencoded with length and hash", method: "POST",
        headers: [
            "Host": "example.amazonaws.com", "Content-Type": form, "Content-Length": "13",
            "X-Amz-Content-Sha256": "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
        ],
        body: "Param1=value1",
        canonicalHash: "b1edd1d03544c25390e32085d55b57acc9a3961bb59415ff86c45c3d89d16cfb",
        signature: "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"),
]

@Suite("Signature Version 4")
struct SignatureV4Tests {
    @Test("makes the published signatures", arguments: vectors)
    func published(vector: SignatureVector) throws {
        let request = SignableRequest(
            method: vector.method, query: vector.query,
            headers: vector.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, body: Array(vector.body.utf8)
        )
        let time = try #require(SigningTime(parsing: vector.time))
        let key = SigningKeyPair(accessKeyID: "AKIDEXAMPLE", secretAccessKey: secret, sessionToken: vector.token)
        let added = SignatureV4.headers(
            signing: request, with: key, region: vector.region, service: vector.service, at: time)
        let header = try AuthorizationHeader(parsing: #require(added.last?.value))
        var complete = request
        complete.headers += added
        let canonical = SignatureV4.canonicalRequest(complete, signedHeaders: header.signedHeaders)
        #expect(SignatureV4.sha256(Array(canonical.utf8)) == vector.canonicalHash)
        #expect(header.signature == vector.signature)
    }

    @Test func `the canonical request has the documented lines`() {
        let request = SignableRequest(
            method: "POST",
            headers: [
                ("Content-Type", formUTF8), ("HOST", "elasticloadbalancing.us-west-2.amazonaws.com"),
                ("x-amz-date", "20150830T123600Z"),
            ],
            body: Array(describeHealth.utf8))
        let expected = """
            POST
            /

            content-type:application/x-www-form-urlencoded; charset=utf-8
            host:elasticloadbalancing.us-west-2.amazonaws.com
            x-amz-date:20150830T123600Z

            content-type;host;x-amz-date
            5ac5a4ae9c248d1998ab5ad6f5aafe62343d761843c272cc59010c8a523aa7c8
            """
        let names = ["content-type", "host", "x-amz-date"]
        #expect(SignatureV4.canonicalRequest(request, signedHeaders: names) == expected)
    }

    @Test(
        "derives the published keys",
        arguments: [
            ("us-east-1", "iam", "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"),
            ("us-west-2", "elasticloadbalancing", "62f71c1d75d92d81362b3eab8875bcf9e3ac38ce4018d473091afbbd3fadef62"),
        ])
    func keys(region: String, service: String, expected: String) {
        let scope = SigningScope(day: "20150830", region: region, service: service)
        let key = SignatureV4.signingKey(secretAccessKey: secret, scope: scope)
        let hex = key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(hex == expected)
    }

    @Test func `a header value's inner runs of spaces count as one`() {
        let request = SignableRequest(method: "GET", headers: [("Host", "h"), ("My-Header1", " a   b  c ")])
        let canonical = SignatureV4.canonicalRequest(request, signedHeaders: ["host", "my-header1"])
        #expect(canonical.contains("\nmy-header1:a b c\n"))
    }

    @Test(
        "puts a query into canonical order and form",
        arguments: [
            ("Param2=value2&Param1=value1", "Param1=value1&Param2=value2"),
            ("a=2&a=1", "a=1&a=2"), ("flag", "flag="), ("", ""), ("k=a%20b/c~%7e", "k=a%20b%2Fc~~"),
            ("k=%zz", "k=%25zz"),
        ])
    func query(raw: String, canonical: String) {
        #expect(CanonicalURI.query(raw) == canonical)
    }

    @Test(
        "normalises and encodes a path",
        arguments: [
            ("/", "/"), ("//", "/"), ("/a/./b/../c", "/a/c"), ("/a b/", "/a%20b/"), ("/%41", "/%2541"), ("/../..", "/"),
        ])
    func path(raw: String, canonical: String) {
        #expect(CanonicalURI.path(raw) == canonical)
    }
}

@Suite("The time in a signature")
struct SigningTimeTests {
    @Test(
        "reads and writes the same text",
        arguments: [
            ("19700101T000000Z", Int64(0)), ("20150830T123600Z", 1_440_938_160), ("20000229T235959Z", 951_868_799),
            ("21000301T000000Z", 4_107_542_400),
        ])
    func roundTrip(text: String, seconds: Int64) {
        #expect(SigningTime(parsing: text)?.secondsSince1970 == seconds)
        #expect(SigningTime(secondsSince1970: seconds).description == text)
    }

    @Test("refuses other texts", arguments: ["", "2015-08-30T12:36:00Z", "20150230T000000Z", "20151301T000000Z"])
    func refused(text: String) {
        #expect(SigningTime(parsing: text) == nil)
    }
}
