import Crypto

/// Signature Version 4 in the `Authorization` header.
/// Source: AWS General Reference, "Create a signed AWS API request".
package enum SignatureV4 {
    /// The only algorithm name accepted and written.
    package static let algorithm = "AWS4-HMAC-SHA256"

    /// Headers a proxy or a retry may alter; they are never signed.
    private static let unsignedNames: Set<String> = [
        "authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id",
        "amz-sdk-invocation-id", "amz-sdk-request",
    ]

    /// The headers to add to `request` so that the service accepts it: `X-Amz-Date`, `X-Amz-Security-Token` for
    /// temporary credentials, and `Authorization`. Every header of `request` is signed except those which proxies
    /// alter; `host` must be among them, with the port unless it is the scheme's own.
    package static func headers(
        signing request: SignableRequest, with key: SigningKeyPair, region: String, service: String,
        at time: SigningTime
    ) -> [(name: String, value: String)] {
        var added: [(name: String, value: String)] = [("X-Amz-Date", time.description)]
        if let token = key.sessionToken { added.append(("X-Amz-Security-Token", token)) }
        var complete = request
        complete.headers += added
        let names = Set(complete.headers.map { $0.name.lowercased() }).subtracting(unsignedNames).sorted()
        let scope = SigningScope(day: time.day, region: region, service: service)
        let signature = signature(
            of: complete, signedHeaders: names, scope: scope, time: time, secretAccessKey: key.secretAccessKey)
        let credential = "\(key.accessKeyID)/\(scope)"
        let list = names.joined(separator: ";")
        let value = "\(algorithm) Credential=\(credential), SignedHeaders=\(list), Signature=\(signature)"
        added.append(("Authorization", value))
        return added
    }

    /// The signature in lower-case hex over exactly the headers named in `signedHeaders` (lower case, sorted).
    package static func signature(
        of request: SignableRequest, signedHeaders: [String], scope: SigningScope, time: SigningTime,
        secretAccessKey: String
    ) -> String {
        let canonical = canonicalRequest(request, signedHeaders: signedHeaders)
        let text = stringToSign(canonicalRequest: canonical, scope: scope, time: time)
        let key = SymmetricKey(data: signingKey(secretAccessKey: secretAccessKey, scope: scope))
        return hex(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }

    /// The canonical request: method, path, query, headers, names and body hash, one per line.
    package static func canonicalRequest(_ request: SignableRequest, signedHeaders: [String]) -> String {
        var lines = [
            request.method, CanonicalURI.path(request.path), CanonicalURI.query(request.query),
        ]
        for name in signedHeaders {
            let values = request.headers.filter { $0.name.lowercased() == name }.map { canonicalValue($0.value) }
            lines.append("\(name):\(values.joined(separator: ","))")
        }
        lines.append("")
        lines.append(signedHeaders.joined(separator: ";"))
        lines.append(bodyHash(request))
        return lines.joined(separator: "\n")
    }

    /// The text the signing key is applied to.
    package static func stringToSign(canonicalRequest: String, scope: SigningScope, time: SigningTime) -> String {
        "\(algorithm)\n\(time)\n\(scope)\n\(sha256(Array(canonicalRequest.utf8)))"
    }

    /// The key derived from the secret for one day, region and service; 32 bytes.
    package static func signingKey(secretAccessKey: String, scope: SigningScope) -> [UInt8] {
        var key = Array("AWS4\(secretAccessKey)".utf8)
        for part in [scope.day, scope.region, scope.service, "aws4_request"] {
            key = Array(HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: SymmetricKey(data: key)))
        }
        return key
    }

    /// SHA-256 in lower-case hex.
    package static func sha256(_ bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

    /// A declared `x-amz-content-sha256` counts as the body's hash only when it is not one of the streaming markers;
    /// the marker itself is what is signed then.
    private static func bodyHash(_ request: SignableRequest) -> String {
        if let declared = request.header("x-amz-content-sha256"), declared == "UNSIGNED-PAYLOAD" { return declared }
        return sha256(request.body)
    }

    private static func canonicalValue(_ value: String) -> String {
        value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
