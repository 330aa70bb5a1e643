//! Functions in a script of state: `(function(a,b){a.x=1;return {...}})(1,"y")`, `((a)=>({...}))(1)`. Nothing is run: the
//! arguments are read, then the body with the parameters standing for them.

use serde_json::{Map, Value};

use super::{Script, ScriptError, is_name_byte};

/// A function that has been read up to its body.
pub(super) struct Function<'a> {
    parameters: Vec<&'a str>,
    body: usize,
    /// `(a,b)=>({...})`: the body is the value.
    is_value: bool,
}

impl<'a> Script<'a> {
    /// `(expression)`, `(function(...){...})(...)`, `(function(...){...}(...))`, `((a)=>({...}))(...)`.
    pub(super) fn group(&mut self) -> Result<Value, ScriptError> {
        if let Some(function) = self.arrow() {
            return self.call(&function);
        }
        self.at += 1;
        self.blanks();
        let start = self.at;
        let function = if self.source[self.at..].starts_with("function") {
            self.at += "function".len();
            Some(self.function()?)
        } else {
            self.arrow()
        };
        let Some(function) = function else {
            self.at = start;
            let value = self.expression()?;
            // `(a=b,{...})`: the last one is the value.
            let mut last = value;
            while self.skip(b',') {
                last = self.expression()?;
            }
            self.expect(b')')?;
            return Ok(last);
        };
        if self.skip(b')') {
            return self.call(&function);
        }
        let value = self.call(&function)?;
        self.expect(b')')?;
        Ok(value)
    }

    /// The head of an arrow function, where there is one here; its body is skipped.
    fn arrow(&mut self) -> Option<Function<'a>> {
        let start = self.at;
        let read = (|| {
            let parameters = self.parameters()?;
            self.blanks();
            self.source[self.at..].starts_with("=>").then_some(())?;
            self.at += 2;
            self.blanks();
            let body = self.at;
            let is_value = self.peek() != Some(b'{');
            self.pass_over()?;
            Some(Function { parameters, body, is_value })
        })();
        if read.is_none() {
            self.at = start;
        }
        read
    }

    /// The rest of `function name(a,b){...}`; the body is skipped.
    pub(super) fn function(&mut self) -> Result<Function<'a>, ScriptError> {
        self.blanks();
        self.name();
        let Some(parameters) = self.parameters() else { return self.fail() };
        self.blanks();
        let body = self.at;
        if self.peek() != Some(b'{') || self.pass_over().is_none() {
            return self.fail();
        }
        Ok(Function { parameters, body, is_value: false })
    }

    fn parameters(&mut self) -> Option<Vec<&'a str>> {
        if !self.skip(b'(') {
            return None;
        }
        let mut parameters = Vec::new();
        while !self.skip(b')') {
            self.blanks();
            let name = self.name();
            if name.is_empty() {
                return None;
            }
            parameters.push(name);
            self.skip(b',');
        }
        Some(parameters)
    }

    pub(super) fn arguments(&mut self) -> Result<Vec<Value>, ScriptError> {
        let mut arguments = Vec::new();
        while !self.skip(b')') {
            if !self.skip(b',') {
                arguments.push(self.expression()?);
            }
        }
        Ok(arguments)
    }

    /// Reads the arguments that stand here, then the body with them.
    pub(super) fn call(&mut self, function: &Function<'a>) -> Result<Value, ScriptError> {
        let arguments = if self.skip(b'(') { self.arguments()? } else { Vec::new() };
        let after = self.at;
        self.names.extend(function.parameters.iter().copied().zip(arguments));
        self.at = function.body;
        let value = if function.is_value { self.expression() } else { self.body() };
        self.at = after;
        value
    }

    /// The statements of a body up to its `return`: `a.b=1;`, `var a=1;`.
    fn body(&mut self) -> Result<Value, ScriptError> {
        self.expect(b'{')?;
        loop {
            self.blanks();
            match self.peek() {
                None | Some(b'}') => return Ok(Value::Null),
                Some(b';' | b',') => self.at += 1,
                Some(byte) if is_name_byte(byte) => {
                    let mut target = self.name();
                    if target == "return" {
                        return self.expression();
                    }
                    if matches!(target, "var" | "let" | "const") {
                        self.blanks();
                        target = self.name();
                    }
                    let mut keys: Vec<String> = target.split('.').map(str::to_owned).collect();
                    while self.skip(b'[') {
                        let key = self.expression()?;
                        keys.push(key.as_str().map_or_else(|| key.to_string(), str::to_owned));
                        self.expect(b']')?;
                        if self.peek() == Some(b'.') {
                            self.at += 1;
                            keys.extend(self.name().split('.').map(str::to_owned));
                        }
                    }
                    if self.skip(b'=') {
                        let value = self.expression()?;
                        self.assign(target.split('.').next().unwrap_or_default(), &keys[1..], value);
                    } else if self.peek() == Some(b'(') {
                        self.at += 1;
                        self.arguments()?;
                    } else {
                        return self.fail();
                    }
                }
                Some(_) => return self.fail(),
            }
        }
    }

    fn assign(&mut self, name: &'a str, keys: &[String], value: Value) {
        let mut place = self.names.entry(name).or_insert(Value::Null);
        for key in keys {
            if let Value::Array(array) = place {
                let Some(index) = key.parse::<usize>().ok().filter(|&index| index <= array.len()) else { return };
                if index == array.len() {
                    array.push(Value::Null);
                }
                place = &mut array[index];
            } else {
                if !place.is_object() {
                    *place = Value::Object(Map::new());
                }
                let Value::Object(object) = place else { return };
                place = object.entry(key.clone()).or_insert(Value::Null);
            }
        }
        *place = value;
    }

    /// Skips one bracketed part, strings in it respected.
    fn pass_over(&mut self) -> Option<()> {
        let mut open = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'[' | b'(' => open += 1,
                b'}' | b']' | b')' => {
                    open = open.checked_sub(1)?;
                    if open == 0 {
                        self.at += 1;
                        return Some(());
                    }
                }
                b'"' | b'\'' | b'`' => {
                    self.at += 1;
                    while self.peek()? != byte {
                        self.at += if self.peek() == Some(b'\\') { 2 } else { 1 };
                    }
                }
                _ if open == 0 => return None,
                _ => {}
            }
            self.at += 1;
        }
        None
    }
}
