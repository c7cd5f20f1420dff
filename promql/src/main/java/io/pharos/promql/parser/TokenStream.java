package io.pharos.promql.parser;

import io.pharos.promql.parser.Lexer.Token;
import java.util.List;

/** The tokens of a text with a place in them; the end token repeats for ever. */
final class TokenStream {
    private final String text;
    private final List<Token> tokens;
    private int at;

    TokenStream(String text) {
        this.text = text;
        this.tokens = Lexer.tokens(text);
    }

    String text() {
        return text;
    }

    Token peek() {
        Token token = peek(0);
        if (token.kind() == Lexer.Kind.ERROR) {
            throw error(token, token.text());
        }
        return token;
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token next() {
        Token token = peek();
        at = Math.min(at + 1, tokens.size());
        return token;
    }

    /** Where the token before the place ends. */
    int lastEnd() {
        return at == 0 ? 0 : tokens.get(at - 1).span().end();
    }

    boolean accept(String symbol) {
        boolean there = peek().is(symbol);
        if (there) {
            next();
        }
        return there;
    }

    boolean acceptWord(String word) {
        boolean there = peek().isWord(word);
        if (there) {
            next();
        }
        return there;
    }

    void expect(String symbol, String context) {
        Token token = next();
        if (!token.is(symbol)) {
            throw unexpected(token, "in " + context + ", expected \"" + symbol + "\"");
        }
    }

    ParseException unexpected(Token token, String context) {
        String written =
                text.substring(token.span().start(), Math.min(token.span().end(), text.length()));
        return error(token, "unexpected " + token.described(written) + (context.isEmpty() ? "" : " " + context));
    }

    ParseException error(Token token, String reason) {
        return new ParseException(text, token.span(), reason);
    }
}
