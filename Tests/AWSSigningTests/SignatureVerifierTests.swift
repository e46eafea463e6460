import AWSSigning
import Testing

@Suite("Verifying a signature")
struct SignatureVerifierTests {
    let now = SigningTime(secondsSince1970: 1_767_225_600)
    let verifier = SignatureVerifier(secrets: ["weir": "weir-sandbox"])

    func signed(
        key: String = "weir", secret: String = "weir-sandbox", service: String = "elasticloadbalancing",
        at time: SigningTime? = nil
    ) -> SignableRequest {
        var request = SignableRequest(
            method: "POST", headers: [("host", "127.0.0.1:15999"), ("content-type", "text/plain")],
            body: Array("Action=DescribeTags".utf8))
        request.headers += SignatureV4.headers(
            signing: request, with: SigningKeyPair(accessKeyID: key, secretAccessKey: secret), region: "eu-west-1",
            service: service, at: time ?? now)
        return request
    }

    func rejection(of request: SignableRequest) -> SignatureRejection? {
        do {
            _ = try verifier.verify(request, services: ["elasticloadbalancing"], now: now)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a request signed with a known key passes and tells its region`() throws {
        let header = try verifier.verify(signed(), services: ["elasticloadbalancing"], now: now)
        #expect(header.scope.region == "eu-west-1")
        #expect(header.accessKeyID == "weir")
    }

    @Test func `another secret does not match`() {
        #expect(rejection(of: signed(secret: "other"))?.code == "SignatureDoesNotMatch")
    }

    @Test func `a body changed after signing does not match`() {
        var request = signed()
        request.body += [UInt8(ascii: "x")]
        #expect(rejection(of: request)?.code == "SignatureDoesNotMatch")
    }

    @Test func `an unknown key, a missing header and another service are told apart`() {
        #expect(rejection(of: signed(key: "AKIA1"))?.code == "InvalidClientTokenId")
        #expect(rejection(of: signed(service: "ec2"))?.message.contains("correct service") == true)
        let bare = SignableRequest(method: "POST", headers: [("host", "h")])
        #expect(rejection(of: bare)?.code == "MissingAuthenticationToken")
    }

    @Test("a clock off by more than five minutes is refused", arguments: [(-301, false), (-300, true), (300, true)])
    func skew(seconds: Int, isAccepted: Bool) {
        let time = SigningTime(secondsSince1970: now.secondsSince1970 + Int64(seconds))
        let rejected = rejection(of: signed(at: time))
        #expect((rejected == nil) == isAccepted)
        if !isAccepted { #expect(rejected?.message.hasPrefix("Signature expired") == true) }
    }

    @Test(
        "a malformed header is incomplete",
        arguments: [
            "Bearer x", "AWS4-HMAC-SHA256 Credential=a/20260101/r/s/aws4_request, SignedHeaders=host",
            "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=0",
        ])
    func malformed(text: String) {
        let request = SignableRequest(method: "GET", headers: [("host", "h"), ("Authorization", text)])
        #expect(rejection(of: request)?.code == "IncompleteSignature")
    }
}
