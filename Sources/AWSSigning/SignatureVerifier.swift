/// Why a request's signature was refused, in the words and codes AWS Query services use.
package struct SignatureRejection: Error, Hashable, Sendable, CustomStringConvertible {
    /// The wire code, for example `SignatureDoesNotMatch`.
    package var code: String
    /// The sentence the caller sees.
    package var message: String
    /// 403, or 400 for `IncompleteSignature`.
    package var httpStatus: Int

    package var description: String { "\(code): \(message)" }
}

/// The parts of an `Authorization: AWS4-HMAC-SHA256 …` header.
package struct AuthorizationHeader: Hashable, Sendable {
    /// Who signed.
    package var accessKeyID: String
    /// What the signature is valid for.
    package var scope: SigningScope
    /// Lower-case header names in the order the signer listed them.
    package var signedHeaders: [String]
    /// Lower-case hex.
    package var signature: String

    /// Reads the header; throws `IncompleteSignature` naming the part which is missing or malformed.
    package init(parsing text: String) throws(SignatureRejection) {
        guard text.hasPrefix(SignatureV4.algorithm) else {
            throw Self.incomplete("the algorithm is not \(SignatureV4.algorithm)", text)
        }
        var parts: [String: String] = [:]
        for part in text.dropFirst(SignatureV4.algorithm.count).split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw Self.incomplete("'\(part)' is not a key=value pair", text) }
            let name = String(pair[0].drop { $0 == " " })
            parts[name] = String(pair[1].reversed().drop { $0 == " " }.reversed())
        }
        guard let credential = parts["Credential"] else { throw Self.missing("Credential", text) }
        guard let names = parts["SignedHeaders"] else { throw Self.missing("SignedHeaders", text) }
        guard let signature = parts["Signature"] else { throw Self.missing("Signature", text) }
        let scope = credential.split(separator: "/", omittingEmptySubsequences: false)
        guard scope.count >= 5, scope[scope.count - 1] == "aws4_request" else {
            throw Self.incomplete("Credential must be of the form <key-id>/YYYYMMDD/region/service/aws4_request", text)
        }
        let end = scope.count
        accessKeyID = scope[..<(end - 4)].joined(separator: "/")
        self.scope = SigningScope(
            day: String(scope[end - 4]), region: String(scope[end - 3]), service: String(scope[end - 2]))
        signedHeaders = names.split(separator: ";").map { $0.lowercased() }
        self.signature = signature
    }

    private static func missing(_ name: String, _ text: String) -> SignatureRejection {
        incomplete("Authorization header requires '\(name)' parameter", text)
    }

    private static func incomplete(_ problem: String, _ text: String) -> SignatureRejection {
        SignatureRejection(
            code: "IncompleteSignature", message: "\(problem). Authorization=\(text.prefix(200))", httpStatus: 400)
    }
}

/// The service's half of Signature Version 4: decides whether a request was signed with a known key.
package struct SignatureVerifier: Sendable {
    /// Secrets by access key id.
    package var secrets: [String: String]
    /// How far the caller's clock may be off, in seconds, either way. AWS allows 300.
    package var skewSecondsMax: Int64

    package init(secrets: [String: String], skewSecondsMax: Int64 = 300) {
        self.secrets = secrets
        self.skewSecondsMax = skewSecondsMax
    }

    /// The parsed header when the signature is right for `request` at `now`; throws the rejection AWS would send.
    package func verify(
        _ request: SignableRequest, services: Set<String>, now: SigningTime
    ) throws(SignatureRejection) -> AuthorizationHeader {
        guard let text = request.header("authorization") else {
            throw SignatureRejection(
                code: "MissingAuthenticationToken", message: "Request is missing Authentication Token", httpStatus: 403)
        }
        let header = try AuthorizationHeader(parsing: text)
        guard let secret = secrets[header.accessKeyID] else {
            throw SignatureRejection(
                code: "InvalidClientTokenId",
                message: "The security token included in the request is invalid. "
                    + "Access key '\(header.accessKeyID)' is not known here",
                httpStatus: 403)
        }
        guard let date = request.header("x-amz-date"), let time = SigningTime(parsing: date) else {
            throw SignatureRejection(
                code: "IncompleteSignature",
                message: "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header",
                httpStatus: 400)
        }
        try checkScope(header, services: services, time: time)
        try checkClock(time, now: now)
        guard header.signedHeaders.contains("host") else {
            throw mismatch("'Host' must be a 'SignedHeader' in the AWS Authorization.")
        }
        let expected = SignatureV4.signature(
            of: request, signedHeaders: header.signedHeaders, scope: header.scope, time: time, secretAccessKey: secret)
        guard isEqualInConstantTime(expected, header.signature) else {
            throw mismatch(
                "The request signature we calculated does not match the signature you provided. "
                    + "Check your AWS Secret Access Key and signing method. "
                    + "Consult the service documentation for details."
            )
        }
        return header
    }

    private func checkScope(
        _ header: AuthorizationHeader, services: Set<String>, time: SigningTime
    ) throws(SignatureRejection) {
        guard services.contains(header.scope.service) else {
            let wanted = services.sorted().joined(separator: "' or '")
            throw mismatch(
                "Credential should be scoped to correct service: '\(wanted)', not '\(header.scope.service)'.")
        }
        guard header.scope.day == time.day else {
            throw mismatch(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + "'\(header.scope.day)' != '\(time.day)', from '\(time)'.")
        }
    }

    private func checkClock(_ time: SigningTime, now: SigningTime) throws(SignatureRejection) {
        let skew = time.secondsSince1970 - now.secondsSince1970
        if skew < -skewSecondsMax {
            let limit = SigningTime(secondsSince1970: now.secondsSince1970 - skewSecondsMax)
            throw mismatch("Signature expired: \(time) is now earlier than \(limit) (\(now) - 5 min.)")
        }
        if skew > skewSecondsMax {
            let limit = SigningTime(secondsSince1970: now.secondsSince1970 + skewSecondsMax)
            throw mismatch("Signature not yet current: \(time) is still later than \(limit) (\(now) + 5 min.)")
        }
    }

    private func mismatch(_ message: String) -> SignatureRejection {
        SignatureRejection(code: "SignatureDoesNotMatch", message: message, httpStatus: 403)
    }

    private func isEqualInConstantTime(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
