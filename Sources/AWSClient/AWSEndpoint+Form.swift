import AWSSigning

extension AWSEndpoint {
    /// A form that is posted to the service, signed.
    ///
    /// - Parameter seconds: the time of the signature, since 1970.
    func signedForm(
        _ body: [UInt8], with key: SigningKeyPair, region: String, service: AWSService, seconds: Int64,
        timeout: Duration
    ) -> AWSHTTPRequest {
        var signable = SignableRequest(
            method: "POST", path: path,
            headers: [
                ("Host", hostHeader), ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ],
            body: body)
        signable.headers += SignatureV4.headers(
            signing: signable, with: key, region: region, service: service.signingName,
            at: SigningTime(secondsSince1970: seconds))
        return AWSHTTPRequest(
            method: "POST", url: description, headers: signable.headers, body: body, timeout: timeout)
    }
}
